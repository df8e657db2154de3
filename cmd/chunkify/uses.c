#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "uses.h"
#include "base/mem.h"

#define NAME_MAX_BYTES	1024	/* as of definitions */

void
uses_begin(struct uses *u, const char *text, size_t n)
{
	memset(u, 0, sizeof *u);
	u->text = text;
	u->len = n;
	u->defined = xcalloc(n / 8 + 1, 1);
}

void
uses_tree(struct uses *u, const struct grammar *g)
{
	u->g = g;
	u->depth = 0;
	u->scopes = 0;
}

void
uses_free(struct uses *u)
{
	free(u->used);
	free(u->bound);
	free(u->levels);
	free(u->defined);
}

static uint32_t
hash_name(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h;
}

static void
add(struct uses *u, uint32_t start, uint32_t end, enum use_kind kind)
{
	u->used = xgrow(u->used, &u->cap, u->n + 1, sizeof *u->used);
	u->used[u->n++] = (struct used){ start, end,
	    hash_name(u->text + start, end - start), kind };
}

static void
bind(struct uses *u, uint32_t start, uint32_t end, enum use_kind kind)
{
	u->bound = xgrow(u->bound, &u->bound_cap, u->nbound + 1,
	    sizeof *u->bound);
	u->bound[u->nbound++] = (struct used){ start, end,
	    hash_name(u->text + start, end - start), kind };
}

/* --- text that was not parsed ----------------------------------------------- */

static int
word_first(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == '$' ||
	    (unsigned char)c > 127;
}

static int
word_next(char c)
{
	return word_first(c) || isdigit((unsigned char)c);
}

static int
is_word(const char *const *list, const char *s, size_t n)
{
	for (; list != NULL && *list != NULL; list++)
		if (strlen(*list) == n && memcmp(*list, s, n) == 0)
			return 1;
	return 0;
}

static int
is_keyword(const struct masks *m, const char *s, size_t n)
{
	return m != NULL && (is_word(m->keywords, s, n) ||
	    is_word(m->types, s, n) || is_word(m->qualifiers, s, n) ||
	    is_word(m->heads, s, n) || is_word(m->starts, s, n));
}

/* The byte behind blanks, or 0. */
static char
next_byte(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\\' ||
	    *s == '\n'))
		s++;
	return s < end ? *s : '\0';
}

/* Is the word at s what is behind "." or "->"? */
static int
is_member(const char *low, const char *s)
{
	while (s > low && (s[-1] == ' ' || s[-1] == '\t'))
		s--;
	return s > low && (s[-1] == '.' || (s[-1] == '>' && s - low > 1 &&
	    s[-2] == '-'));
}

/*
 * The words of [start, end) in a language like C: one with a "(" behind it is
 * called.
 */
static void
lex(struct uses *u, const struct language *lang, uint32_t start, uint32_t end,
    uint32_t limit)
{
	const char *low = u->text + start, *s = low, *e = u->text + end;
	const char *last = u->text + limit, *w;

	while (s < e) {
		if (isdigit((unsigned char)*s)) {
			while (s < e && word_next(*s))
				s++;
			continue;
		}
		if (*s == '#' && lang->masks != NULL) {
			for (s++; s < e && (*s == ' ' || *s == '\t'); s++)
				;
			while (s < e && word_next(*s))
				s++;
			continue;
		}
		if (!word_first(*s)) {
			w = skip_text(s, e);
			s = w != s ? w : s + 1;
			continue;
		}
		for (w = s; s < e && word_next(*s); s++)
			;
		if (s - w >= NAME_MAX_BYTES ||
		    is_keyword(lang->masks, w, s - w))
			continue;
		if (next_byte(s, last) == '(')
			add(u, (uint32_t)(w - u->text),
			    (uint32_t)(s - u->text), USED_CALL);
		else if (!is_member(low, w))
			add(u, (uint32_t)(w - u->text),
			    (uint32_t)(s - u->text), USED_NAME);
	}
}

/* --- the walk ----------------------------------------------------------------- */

/* The role of a child of a node of this level: what the table says first. */
static enum use_role
role_of(const struct uses *u, const struct use_level *up,
    const TSTreeCursor *c, TSSymbol kind)
{
	const struct cuse *r;
	TSFieldId field = 0;
	int known = 0;

	for (r = u->g->uses[up->kind]; r != NULL; r = r->next) {
		if (r->field != 0) {
			if (!known) {
				field = ts_tree_cursor_current_field_id(c);
				known = 1;
			}
			if (field != r->field)
				continue;
		} else if (!r->any && !typeset_has(&r->type, kind))
			continue;
		if (r->role == USE_SAME)
			return up->role;
		if (r->role == USE_LAST)
			return up->role == USE_CALL || up->role == USE_TYPE ?
			    up->role : USE_DEFAULT;
		return r->role;
	}
	return USE_DEFAULT;
}

static void
name(struct uses *u, TSNode node, enum use_role role, enum use_role own)
{
	uint32_t start = ts_node_start_byte(node);
	uint32_t end = ts_node_end_byte(node);

	if (role == USE_DEFAULT)
		role = own;
	if (role == USE_TOKEN)
		role = next_byte(u->text + end, u->text + u->len) == '(' ?
		    USE_CALL : USE_NAME;
	if (start == end || end - start >= NAME_MAX_BYTES ||
	    (u->defined[start / 8] >> start % 8 & 1))
		return;
	switch (role) {
	case USE_BIND:
		if (u->scopes != 0)
			bind(u, start, end, own == USE_TYPE ? USED_TYPE :
			    USED_NAME);
		break;
	case USE_CALL:
		add(u, start, end, USED_CALL);
		break;
	case USE_TYPE:
		add(u, start, end, USED_TYPE);
		break;
	case USE_NAME:
		add(u, start, end, USED_NAME);
		break;
	default:
		break;
	}
}

void
uses_enter(struct uses *u, const TSTreeCursor *c, TSNode node, TSSymbol kind,
    int scope)
{
	struct use_level *l;
	unsigned char own = u->g->names[kind];

	u->levels = xgrow(u->levels, &u->levels_cap, u->depth + 1,
	    sizeof *u->levels);
	l = &u->levels[u->depth++];
	*l = (struct use_level){ .kind = kind, .used = u->n,
	    .bound = u->nbound, .role = USE_DEFAULT };
	if (u->depth > 1 && u->g->uses[l[-1].kind] != NULL)
		l->role = (unsigned char)role_of(u, l - 1, c, kind);
	if (scope || own == USE_SCOPE) {
		l->scope = 1;
		u->scopes++;
	}
	if (own == USE_LEX)
		lex(u, u->g->lang, ts_node_start_byte(node),
		    ts_node_end_byte(node), ts_node_end_byte(node));
	else if (own != 0 && own != USE_SCOPE)
		name(u, node, l->role, own);
}

static int
is_bound(const struct uses *u, const struct use_level *l,
    const struct used *x)
{
	uint32_t n = x->end - x->start;
	size_t i;

	for (i = l->bound; i < u->nbound; i++)	/* struct s *s is two of them */
		if (u->bound[i].hash == x->hash &&
		    (u->bound[i].kind == USED_TYPE) == (x->kind == USED_TYPE) &&
		    u->bound[i].end - u->bound[i].start == n &&
		    memcmp(u->text + u->bound[i].start, u->text + x->start,
		    n) == 0)
			return 1;
	return 0;
}

/* What is bound in the level that ends was not used from elsewhere. */
static void
unbind(struct uses *u, const struct use_level *l)
{
	uint64_t set = 0;
	size_t i, n = l->used;

	for (i = l->bound; i < u->nbound; i++)
		set |= UINT64_C(1) << (u->bound[i].hash >> 26);
	for (i = l->used; i < u->n; i++)
		if ((set >> (u->used[i].hash >> 26) & 1) == 0 ||
		    !is_bound(u, l, &u->used[i]))
			u->used[n++] = u->used[i];
	u->n = n;
	u->nbound = l->bound;
}

void
uses_leave(struct uses *u)
{
	const struct use_level *l = &u->levels[--u->depth];

	if (l->scope) {
		if (u->nbound > l->bound)
			unbind(u, l);
		u->scopes--;
	}
}

void
uses_below(struct uses *u, TSTreeCursor *c)
{
	size_t top = u->depth;
	TSNode node;

	if (!ts_tree_cursor_goto_first_child(c))
		return;
	for (;;) {
		node = ts_tree_cursor_current_node(c);
		uses_enter(u, c, node, kind_of(u->g, node), 0);
		if (ts_tree_cursor_goto_first_child(c))
			continue;
		uses_leave(u);
		while (!ts_tree_cursor_goto_next_sibling(c)) {
			ts_tree_cursor_goto_parent(c);
			if (u->depth == top)
				return;
			uses_leave(u);
		}
	}
}

/* --- the end ------------------------------------------------------------------- */

/* Words that were hidden from the parser. */
static void
hidden(struct uses *u, const struct language *lang, const char *shown,
    size_t n)
{
	const char *s = u->text;
	size_t i = 0, from;

	while (i < n) {
		while (n - i >= 8 && memcmp(s + i, shown + i, 8) == 0)
			i += 8;
		while (i < n && s[i] == shown[i])
			i++;
		if (i == n)
			break;
		/* one run, of whole words; blanks are the same in both */
		for (from = i; from > 0 && word_next(s[from - 1]); from--)
			;
		while (i < n && (s[i] != shown[i] ||
		    isspace((unsigned char)s[i]) || (word_next(s[i]) &&
		    word_next(s[i - 1]))))
			i++;
		lex(u, lang, (uint32_t)from, (uint32_t)i, (uint32_t)n);
	}
}

static int
by_start(const void *a, const void *b)
{
	const struct used *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

void
uses_end(struct uses *u, const struct language *lang, const char *shown,
    size_t n)
{
	size_t i, k = 0;

	if (shown != u->text && lang->masks != NULL)
		hidden(u, lang, shown, n);
	for (i = 1; i < u->n; i++)
		if (u->used[i - 1].start >= u->used[i].start)
			break;
	if (i >= u->n)
		return;
	qsort(u->used, u->n, sizeof *u->used, by_start);
	for (i = 0; i < u->n; i++)
		if (k == 0 || u->used[k - 1].start != u->used[i].start)
			u->used[k++] = u->used[i];
	u->n = k;
}

size_t
uses_from(const struct uses *u, uint32_t at)
{
	size_t low = 0, high = u->n, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (u->used[i].start >= at)
			high = i;
		else
			low = i + 1;
	}
	return low;
}
