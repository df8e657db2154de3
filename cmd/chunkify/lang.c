#include <ctype.h>
#include <err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "base/mem.h"

#define LANGUAGE(name)	extern const struct language lang_##name;
#include "languages.h"
#undef LANGUAGE

const struct language *const languages[] = {
#define LANGUAGE(name)	&lang_##name,
#include "languages.h"
#undef LANGUAGE
	NULL
};

const char *const label_names[] = {
	"documented", "exported", "generated", "static", "test", NULL
};

const struct language lang_text = { .name = "text" };

/* --- which language ------------------------------------------------------ */

const struct language *
lang_by_name(const char *name)
{
	const struct language *const *l;

	for (l = languages; *l != NULL; l++)
		if (strcmp((*l)->name, name) == 0)
			return *l;
	return strcmp(lang_text.name, name) == 0 ? &lang_text : NULL;
}

int
in_list(const char *list, const char *s, size_t n)
{
	for (;; list++) {
		size_t len = strcspn(list, "|");

		if (len == n && memcmp(list, s, n) == 0)
			return 1;
		list += len;
		if (*list == '\0')
			return 0;
	}
}

static int
listed(const char *const *list, const char *s)
{
	if (list != NULL && s != NULL)
		for (; *list != NULL; list++)
			if (strcmp(*list, s) == 0)
				return 1;
	return 0;
}

static int
wordch(int c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does the word of len bytes stand at s? lang.h says what its end means. */
static int
stands(const char *s, const char *nl, const char *word, size_t len)
{
	int blank = word[len - 1] == ' ';

	len -= blank;
	if ((size_t)(nl - s) < len || memcmp(s, word, len) != 0)
		return 0;
	if (s + len < nl && wordch(word[len - 1]) && wordch(s[len]))
		return 0;
	if (!blank)
		return 1;
	for (s += len; s < nl && (*s == ' ' || *s == '\t'); s++)
		;
	return s < nl && wordch(*s);
}

/* Does a line of the text, outside comments, begin with one of the words? */
static int
begins_line(const char *s, size_t n, const char *const *words)
{
	const char *end = s + n, *nl;
	int comment = 0;

	for (; s < end; s = nl + 1) {
		const char *const *w;

		if ((nl = memchr(s, '\n', end - s)) == NULL)
			nl = end;
		while (s < nl && (*s == ' ' || *s == '\t'))
			s++;
		for (w = words; !comment && *w != NULL; w++)
			if (s < nl && **w == *s &&
			    stands(s, nl, *w, strlen(*w)))
				return 1;
		for (; s + 1 < nl; s++)
			if (comment && s[0] == '*' && s[1] == '/') {
				comment = 0;
				s++;
			} else if (!comment && s[0] == '/' && s[1] == '*') {
				comment = 1;
				s++;
			} else if (!comment && s[0] == '/' && s[1] == '/')
				break;
	}
	return 0;
}

/* The name of the interpreter on a #! line: /usr/bin/env -S python3.11 -u
 * gives "python". Returns what fits in size, or NULL. */
static const char *
interpreter(const char *s, size_t n, char *name, size_t size)
{
	const char *end, *word;
	size_t len;

	if (n < 2 || s[0] != '#' || s[1] != '!')
		return NULL;
	if ((end = memchr(s, '\n', n)) == NULL)
		end = s + n;
	s += 2;
	do {
		while (s < end && (*s == ' ' || *s == '\t'))
			s++;
		word = s;
		while (s < end && *s != ' ' && *s != '\t' && *s != '\r') {
			if (*s == '/')
				word = s + 1;
			s++;
		}
		len = s - word;
		/* env, its options and NAME=value are not what is run */
	} while (len != 0 && ((len == 3 && memcmp(word, "env", 3) == 0) ||
	    *word == '-' || memchr(word, '=', len) != NULL));
	while (len != 0 && (isdigit((unsigned char)word[len - 1]) ||
	    word[len - 1] == '.'))
		len--;
	if (len == 0 || len >= size)
		return NULL;
	memcpy(name, word, len);
	name[len] = '\0';
	return name;
}

const struct language *
lang_of(const char *path, const char *text, size_t n)
{
	const struct language *const *l;
	const char *base = strrchr(path, '/'), *dot;
	char buf[32];

	base = base != NULL ? base + 1 : path;
	if ((dot = strrchr(base, '.')) == base)
		dot = NULL;
	for (l = languages; *l != NULL; l++)
		if (listed((*l)->names, base))
			return *l;
	for (l = languages; *l != NULL; l++)
		if (listed((*l)->claims, dot) &&
		    begins_line(text, n, (*l)->claim_words))
			return *l;
	for (l = languages; *l != NULL; l++)
		if (listed((*l)->endings, dot))
			return *l;
	if (interpreter(text, n, buf, sizeof buf) != NULL)
		for (l = languages; *l != NULL; l++)
			if (listed((*l)->interpreters, buf))
				return *l;
	return NULL;
}

const char *
lang_text_kind(const char *path, const char *text, size_t n, char *buf)
{
	static const struct {
		const char *kind, *endings;
	} kinds[] = {
		{ "ada", ".adb|.ads" }, { "assembly", ".s|.S|.asm" },
		{ "autoconf", ".ac|configure.ac|configure.in" },
		{ "bat", ".bat|.cmd" },
		{ "clojure", ".clj|.cljs|.cljc|.edn" },
		{ "cmake", ".cmake|CMakeLists.txt" },
		{ "cobol", ".cob|.cbl" }, { "coffeescript", ".coffee" },
		{ "conf", ".conf|.cfg|.cnf" }, { "csv", ".csv|.tsv" },
		{ "d", ".d|.di" }, { "diff", ".diff|.patch" },
		{ "dockerfile", "Dockerfile|Containerfile|.dockerfile" },
		{ "erlang", ".erl|.hrl" }, { "fortran",
		  ".f|.for|.f77|.f90|.f95|.f03|.f08" },
		{ "fsharp", ".fs|.fsi|.fsx" }, { "glsl", ".glsl|.vert|.frag" },
		{ "graphql", ".graphql|.gql" },
		{ "groovy", ".groovy|.gradle|Jenkinsfile" },
		{ "ini", ".ini|.desktop|.service" },
		{ "lisp", ".lisp|.lsp|.el|.cl" }, { "m4", ".m4" },
		{ "meson", "meson.build|meson_options.txt" },
		{ "nim", ".nim" }, { "nix", ".nix" }, { "org", ".org" },
		{ "pascal", ".pas|.pp" }, { "perl", ".pl|.pm|.t|.pod" },
		{ "prolog", ".pro|.plg" }, { "properties", ".properties" },
		{ "protobuf", ".proto" }, { "roff", ".1|.2|.3|.4|.5|.6|.7|.8" },
		{ "rst", ".rst" }, { "scheme", ".scm|.ss|.rkt" },
		{ "sed", ".sed" }, { "tcl", ".tcl" }, { "texinfo", ".texi" },
		{ "thrift", ".thrift" }, { "vb", ".vb|.bas" },
		{ "verilog", ".v|.sv|.vh" }, { "vhdl", ".vhd|.vhdl" },
		{ "vim", ".vim|.vimrc" }
	};
	const char *base = strrchr(path, '/'), *dot;
	size_t i;

	base = base != NULL ? base + 1 : path;
	dot = strrchr(base, '.');
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (in_list(kinds[i].endings, base, strlen(base)) ||
		    (dot != NULL && dot != base && in_list(kinds[i].endings,
		    dot, strlen(dot))))
			return kinds[i].kind;
	return interpreter(text, n, buf, LANG_KIND_MAX);
}

/* --- compiling a table ---------------------------------------------------- */

/* Where in which table we are, for the message about a fault in it. */
static _Thread_local const char *table, *row;

static void
add_type(const struct grammar *g, struct typeset *set, const char *s, size_t n)
{
	uint32_t i;
	int found = 0;

	if (n == 5 && memcmp(s, "ERROR", 5) == 0) {
		i = g->nsymbols;
		set->bits[i >> 6] |= UINT64_C(1) << (i & 63);
		return;
	}
	for (i = 0; i < g->nsymbols; i++) {	/* aliases share a name */
		const char *name = ts_language_symbol_name(g->ts, (TSSymbol)i);

		if (name != NULL && *name == *s &&
		    strncmp(name, s, n) == 0 && name[n] == '\0') {
			set->bits[i >> 6] |= UINT64_C(1) << (i & 63);
			found = 1;
		}
	}
	if (!found)
		errx(2, "%s: %s: the grammar has no node type %.*s", table,
		    row, (int)n, s);
}

/* Types separated by "|", up to n bytes. */
static struct typeset
typeset(const struct grammar *g, const char *s, size_t n)
{
	struct typeset set = { xcalloc(g->nsymbols / 64 + 1, 8) };
	const char *end = s + n;

	while (s < end) {
		size_t len = 1;		/* so that "|" itself can be a type */

		while (s + len < end && s[len] != '|')
			len++;
		add_type(g, &set, s, len);
		s += len + 1;
	}
	return set;
}

static TSFieldId
field(const struct grammar *g, const char *s, size_t n)
{
	TSFieldId f = ts_language_field_id_for_name(g->ts, s, (uint32_t)n);

	if (f == 0)
		errx(2, "%s: %s: the grammar has no field %.*s", table, row,
		    (int)n, s);
	return f;
}

/* What behind a ":" is asked of a child's child, or NULL; sets *upto to the
 * length before that. */
static const struct test *
has(const struct grammar *g, const char *s, size_t n, size_t *upto)
{
	const char *colon = memchr(s, ':', n), *end = s + n, *is;
	struct test *t;

	*upto = n;
	if (colon == NULL || colon == s)
		return NULL;
	if ((is = memchr(colon, '=', end - colon)) == NULL)
		errx(2, "%s: %s: %.*s: no text", table, row, (int)n, s);
	*upto = colon++ - s;
	t = xcalloc(1, sizeof *t);
	t->what = TEST_CHILD;
	t->type = typeset(g, colon, is - colon);
	t->text = xmemdup(is + 1, end - (is + 1));
	return t;
}

static struct step
step(const struct grammar *g, const char *s, size_t n)
{
	struct step st = { 0 };

	if (n > 1 && (s[n - 1] == '+' || s[n - 1] == '$')) {
		st.every = s[n - 1] == '+';
		st.last = s[n - 1] == '$';
		n--;
	}
	if (n == 1 && *s == '*')
		st.how = STEP_FIRST;
	else if (n == 1 && *s == '@')
		st.how = STEP_BEFORE;
	else if (n > 2 && s[0] == '/' && s[1] == '/') {
		st.how = STEP_BELOW;
		st.type = s[2] == '<' ? typeset(g, s + 3, n - 4) :
		    typeset(g, s + 2, n - 2);
	} else if (*s == '<') {
		st.how = STEP_TYPE;
		st.has = has(g, s + 1, n - 2, &n);
		st.type = typeset(g, s + 1, n);
	} else {
		st.how = STEP_FIELD;
		st.field = field(g, s, n);
	}
	return st;
}

/* The length of s up to one of the bytes in stop that is not inside <>. */
static size_t
upto(const char *s, size_t n, const char *stop)
{
	size_t i;
	int in = 0;

	for (i = 0; i < n; i++) {
		if (s[i] == '<')
			in = 1;
		else if (s[i] == '>')
			in = 0;
		else if (!in && strchr(stop, s[i]) != NULL)
			break;
	}
	return i;
}

static struct path
path(const struct grammar *g, const char *s, size_t n)
{
	struct path p = { .n = 0 };
	const char *end = s + n;

	while (s < end) {
		size_t len = upto(s, end - s, "|"), cap = 0;
		const char *alt = s + len, *to;
		struct step **steps = &p.steps[p.n];
		size_t *nsteps = &p.nsteps[p.n++];

		if (p.n > sizeof p.steps / sizeof *p.steps)
			errx(2, "%s: %s: too many alternatives", table, row);
		if (*s == '&') {
			p.joined[p.n - 1] = 1;
			s++;
			len--;
		}
		if (*s == '=') {
			*steps = xgrow(NULL, &cap, 1, sizeof **steps);
			(*steps)[(*nsteps)++] = (struct step){
			    .how = STEP_TEXT,
			    .text = xmemdup(s + 1, len - 1) };
		} else {
			if ((to = memmem(s, len, "..", 2)) != NULL) {
				struct path *t = xmalloc(sizeof *t);

				*t = path(g, to + 2, alt - (to + 2));
				p.upto[p.n - 1] = t;
			} else
				to = alt;
			while (s < to) {
				len = upto(s, to - s, ".");
				*steps = xgrow(*steps, &cap, *nsteps + 1,
				    sizeof **steps);
				(*steps)[(*nsteps)++] = step(g, s, len);
				s += len + 1;
			}
		}
		s = alt + 1;
	}
	return p;
}

/* Tests that begin with a word, which says all, or what is behind it: types, a
 * text, a digit. */
static const struct worded {
	const char *word;
	int what;
	enum { ALONE, TYPES, TEXT, DIGIT } takes;
} worded[] = {
	{ "parent=", TEST_PARENT, TYPES },
	{ "grand=", TEST_GRAND, TYPES },
	{ "next=", TEST_NEXT, TYPES },
	{ "prev=", TEST_PREV, TYPES },
	{ "named=", TEST_NAMED, TYPES },
	{ "nametype=", TEST_NAMETYPE, TYPES },
	{ "within=", TEST_WITHIN, TEXT },
	{ "begins=", TEST_BEGINS, TEXT },
	{ "is=", TEST_IS, TEXT },
	{ "depth<", TEST_DEPTH, DIGIT },
	{ "upper", TEST_UPPER, ALONE },
	{ "capital", TEST_CAPITAL, ALONE },
	{ "same", TEST_SAME, ALONE },
	{ NULL }
};

/* Is it one of them? 1, 0. */
static int
worded_test(struct test *t, const struct grammar *g, const char *s, size_t n)
{
	const struct worded *w;
	size_t len;

	for (w = worded; w->word != NULL; w++) {
		len = strlen(w->word);
		if ((w->takes == ALONE ? n == len : n > len) &&
		    memcmp(s, w->word, len) == 0)
			break;
	}
	if (w->word == NULL)
		return 0;
	t->what = w->what;
	s += len;
	n -= len;
	switch (w->takes) {
	case TYPES:
		t->type = typeset(g, s, n);
		break;
	case TEXT:
		t->text = xmemdup(s, n);
		break;
	case DIGIT:
		t->depth = *s - '0';
		break;
	case ALONE:
		break;
	}
	return 1;
}

/* "<type>", "<type:text>": a child. */
static void
child_test(struct test *t, const struct grammar *g, const char *s, size_t n)
{
	const char *end = s + n - 1, *colon = memchr(s, ':', n);

	t->what = TEST_CHILD;
	t->type = typeset(g, s + 1, (colon != NULL ? colon : end) - (s + 1));
	if (colon != NULL)
		t->text = xmemdup(colon + 1, end - (colon + 1));
}

/* "path~", "path~text". */
static void
path_test(struct test *t, const struct grammar *g, const char *s, size_t n,
    const char *tilde)
{
	t->what = TEST_PATH;
	t->path = path(g, s, tilde - s);
	if (tilde + 1 < s + n)
		t->text = xmemdup(tilde + 1, s + n - (tilde + 1));
}

/* "field", "field=types". */
static void
field_test(struct test *t, const struct grammar *g, const char *s, size_t n)
{
	const char *is = memchr(s, '=', n);

	t->what = TEST_FIELD;
	t->anytype = is == NULL;
	t->field = field(g, s, is != NULL ? (size_t)(is - s) : n);
	if (is != NULL)
		t->type = typeset(g, is + 1, s + n - (is + 1));
}

static struct test
test(const struct grammar *g, const char *s, size_t n)
{
	struct test t = { .anytype = 1 };
	const char *tilde;

	if (*s == '!') {
		t.not = 1;
		s++;
		n--;
	}
	for (; *s == '^'; s++, n--)
		t.up++;
	if (worded_test(&t, g, s, n))
		;
	else if ((tilde = memchr(s, '~', n)) != NULL)
		path_test(&t, g, s, n, tilde);
	else if (*s == '<')
		child_test(&t, g, s, n);
	else
		field_test(&t, g, s, n);
	return t;
}

static unsigned
label(const char *name)
{
	unsigned i;

	for (i = 0; label_names[i] != NULL; i++)
		if (strcmp(label_names[i], name) == 0)
			return 1u << i;
	errx(2, "%s: %s: no label %s", table, row, name);
}

/* A condition; returns how many tests. */
static size_t
tests(const struct grammar *g, const char *s, struct test **out)
{
	size_t n, count = 0, cap = 0;

	for (; s != NULL && *s != '\0'; s += strspn(s, " ")) {
		n = strcspn(s, " ");
		*out = xgrow(*out, &cap, count + 1, sizeof **out);
		(*out)[count++] = test(g, s, n);
		s += n;
	}
	return count;
}

static struct crule *
compile_rule(const struct grammar *g, const struct rule *r)
{
	struct crule *c = xcalloc(1, sizeof *c);

	c->rule = r;
	if (r->name != NULL)
		c->name = path(g, r->name, strlen(r->name));
	if (r->scope != NULL)
		c->scope = path(g, r->scope, strlen(r->scope));
	if (r->label != NULL)
		c->label = label(r->label);
	c->ntests = tests(g, r->when, &c->tests);
	c->nuntil = tests(g, r->until, &c->until);
	if (r->embed != NULL)
		c->embed = lang_by_name(r->embed);
	return c;
}

/* What all grammars mean by a node type, where the table says nothing. */
static void
share_ast(struct grammar *g)
{
	static const struct {
		const char *kind, *types;
	} shared[] = {
#include "lang/ast.h"
	}, *a;
	uint32_t i;

	for (i = 0; i < g->nsymbols; i++) {
		const char *name = ts_language_symbol_name(g->ts, (TSSymbol)i);

		if (name == NULL || g->ast[i] != NULL ||
		    ts_language_symbol_type(g->ts, (TSSymbol)i) != TSSymbolTypeRegular)
			continue;
		for (a = shared; a < shared + sizeof shared / sizeof *shared;
		    a++)
			if (in_list(a->types, name, strlen(name)))
				g->ast[i] = a->kind;
	}
}

/* Put a copy of the row behind those that are there. */
static void
append(struct crule **list, const struct crule *c)
{
	struct crule *one = xmalloc(sizeof *one);

	while (*list != NULL)
		list = &(*list)->next;
	*one = *c;
	*list = one;
}

/* The rows about uses. */
static void
compile_use(struct grammar *g, const struct use *r)
{
	struct typeset set = typeset(g, r->node, strlen(r->node));
	struct cuse c = { .role = r->role }, **list;
	size_t n = r->child != NULL ? strlen(r->child) : 0;
	uint32_t i;

	if (n == 1 && *r->child == '*')
		c.any = 1;
	else if (n != 0 && *r->child == '<')
		c.type = typeset(g, r->child + 1, n - 2);
	else if (n != 0)
		c.field = field(g, r->child, n);
	for (i = 0; i <= g->nsymbols; i++) {
		if (!typeset_has(&set, (TSSymbol)i))
			continue;
		if (n == 0) {
			g->names[i] = (unsigned char)r->role;
			continue;
		}
		for (list = &g->uses[i]; *list != NULL; list = &(*list)->next)
			;
		*list = xmalloc(sizeof **list);
		**list = c;
	}
	free(set.bits);
}

static struct grammar *
compile(const struct language *lang)
{
	struct grammar *g = xcalloc(1, sizeof *g);
	const struct rule *r;
	const struct use *u;

	table = lang->name;
	g->lang = lang;
	g->ts = lang->grammar();
	g->nsymbols = ts_language_symbol_count(g->ts);
	g->body_field = ts_language_field_id_for_name(g->ts, "body", 4);
	g->brace = ts_language_symbol_for_name(g->ts, "{", 1, false);
	g->flags = xcalloc(g->nsymbols + 1, sizeof *g->flags);
	g->defs = xcalloc(g->nsymbols + 1, sizeof *g->defs);
	g->through = xcalloc(g->nsymbols + 1, sizeof *g->through);
	g->labels = xcalloc(g->nsymbols + 1, sizeof *g->labels);
	g->embeds = xcalloc(g->nsymbols + 1, sizeof *g->embeds);
	g->uses = xcalloc(g->nsymbols + 1, sizeof *g->uses);
	g->names = xcalloc(g->nsymbols + 1, sizeof *g->names);
	g->ast = xcalloc(g->nsymbols + 1, sizeof *g->ast);
	row = "body";
	if (lang->body != NULL)
		g->body = path(g, lang->body, strlen(lang->body));
	if (lang->head != NULL)
		g->head = path(g, lang->head, strlen(lang->head));
	for (r = lang->rules; r->node != NULL; r++) {
		struct crule *c;
		struct typeset set;
		uint32_t i;

		row = r->node;
		g->tops |= (r->flags & TOP) != 0;
		c = compile_rule(g, r);
		set = typeset(g, r->node, strlen(r->node));
		for (i = 0; i <= g->nsymbols; i++) {
			if (!typeset_has(&set, (TSSymbol)i))
				continue;
			/* a condition guards the definition, not the node */
			g->flags[i] = (uint16_t)(g->flags[i] |
			    (r->kind != NULL ? r->flags & ~LOCAL : r->flags));
			if (r->ast != NULL)
				g->ast[i] = r->ast;
			if (r->flags & THROUGH)
				append(&g->through[i], c);
			if (r->kind != NULL)
				append(&g->defs[i], c);
			if (r->label != NULL)
				append(&g->labels[i], c);
			if (r->embed != NULL)
				append(&g->embeds[i], c);
		}
		free(set.bits);
		free(c);		/* its copies have what it points to */
	}
	for (u = lang->uses; u != NULL && u->node != NULL; u++) {
		row = u->node;
		compile_use(g, u);
	}
	share_ast(g);
	return g;
}

const struct grammar *
grammar_of(const struct language *lang)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct grammar *made[sizeof languages / sizeof *languages];
	struct grammar *g;
	size_t i = 0;

	while (languages[i] != lang)
		i++;
	pthread_mutex_lock(&lock);
	if (made[i] == NULL)
		made[i] = compile(lang);
	g = made[i];
	pthread_mutex_unlock(&lock);
	return g;
}

/* --- what is understood --------------------------------------------------- */

/* A set of words; those are the table's own. */
struct word_set {
	const char **word;
	size_t n, cap;
};

static void
add_word(struct word_set *w, const char *word)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->word[i], word) == 0)
			return;
	w->word = xgrow(w->word, &w->cap, w->n + 1, sizeof *w->word);
	w->word[w->n++] = word;
}

static void
add_words(struct word_set *w, const char *const *list)
{
	for (; list != NULL && *list != NULL; list++)
		add_word(w, *list);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
print_words(struct word_set *w, FILE *f)
{
	size_t i;

	if (w->n != 0)
		qsort(w->word, w->n, sizeof *w->word, by_text);
	for (i = 0; i < w->n; i++)
		fprintf(f, "%c%s", i == 0 ? '\t' : ' ', w->word[i]);
	if (w->n == 0)
		putc('\t', f);
	free(w->word);
}

void
lang_print(const struct language *lang, FILE *f)
{
	const struct grammar *g = grammar_of(lang);
	struct word_set endings = { 0 }, kinds = { 0 }, nodes = { 0 };
	struct word_set labels = { 0 };
	const struct rule *r;
	uint32_t i;

	add_words(&endings, lang->endings);
	add_words(&endings, lang->claims);
	add_words(&endings, lang->names);
	/* these two are of the file, and of any */
	add_word(&labels, label_names[LABEL_GENERATED]);
	add_word(&labels, label_names[LABEL_TEST]);
	for (r = lang->rules; r->node != NULL; r++) {
		if (r->kind != NULL)
			add_word(&kinds, r->kind);
		if (r->label != NULL)
			add_word(&labels, r->label);
		if (r->flags & COMMENT)
			add_word(&labels, label_names[LABEL_DOCUMENTED]);
	}
	for (i = 0; i <= g->nsymbols; i++)
		if (g->ast[i] != NULL)
			add_word(&nodes, g->ast[i]);
	fputs(lang->name, f);
	print_words(&endings, f);
	print_words(&kinds, f);
	print_words(&nodes, f);
	print_words(&labels, f);
	putc('\n', f);
}
