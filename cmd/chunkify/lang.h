/*
 * Languages. A language is data: one file in lang/ with a table, one word in
 * the Makefile's LANGUAGES, one fixture directory in tests/lang/.
 *
 * The table has a row for each node type of the grammar that means something
 * to us (tree-sitter's names, see the grammar's node-types.json); what has no
 * row is walked through. A type may have several rows: their flags add up,
 * and of those that define something the first whose conditions hold counts.
 * lang.c compiles the texts below once; a type or field that the grammar does
 * not have ends the program, so a table cannot rot in silence.
 */
#ifndef LANG_H
#define LANG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <tree_sitter/api.h>

/*
 * A path leads from a node to one below it. Steps are joined by ".":
 *	name	the child in that field
 *	<type>	the first child of that type
 *	<type:a=b|c> the first that itself has a child of type a with one of
 *		these texts
 *	//type	the first of that type anywhere below (//type+: each)
 *	*	the first named child that is no DOC node
 *	@	the first DOC node of those right before it (@+: each)
 * The first, that is, from which the rest of the path leads on; "*" takes
 * that one child or none. A step with a "+" behind it means every such child,
 * not just the first, one with a "$" the last.
 * Alternatives are separated by "|"; the first that leads somewhere counts.
 * An alternative "=text" stands for that text itself, "&path" for the texts of
 * all that the path leads to, joined (Objective-C's selectors), and "path..path" for
 * all from where the one leads up to where the other does (operator +).
 *
 * Where a path ends on a node whose type has a THROUGH row, that row's own
 * path is followed from there, and its scope path adds to the written scope:
 * C's declarators, C++'s qualified names. Of several such rows the first whose
 * condition holds (of the node alone) counts.
 *
 * A condition is a list of tests, separated by blanks, all of which must
 * hold. "!" before a test turns it round; "^" before it (and behind the "!")
 * asks the node's parent instead, "^^" its grandparent, and so on.
 *	parent=a|b	the node's parent is of one of these types
 *	grand=a|b	and so its parent's parent
 *	next=a|b	the next sibling is (prev=: the one before)
 *	field=a|b	the child in that field is
 *	field		there is a child in that field
 *	<type>		there is a child of that type
 *	<type:text>	there is a child of that type with that text
 *	named=a|b	the node right around the name's node is one of these
 *	nametype=a|b	the name's node is one of these
 *	within=a|b	the definition around it is of one of these kinds
 *	depth<N		less than N definitions are around it (N one digit)
 *	upper		the name has no lower-case letter (PI, MAX_LEN)
 *	capital		the name begins with an upper-case letter
 *	begins=a|b	the name begins with one of these
 *	is=a|b		the name is one of these
 *	same		the name is that of the definition around it
 *	path~a|b	what the path (as above) leads to has one of these
 *			texts; without any: the path leads somewhere
 * Types that are punctuation are written as they are: next={ .
 */
struct rule {
	const char *node;	/* node type; several separated by "|" */
	const char *kind;	/* it is a definition of this kind (ctags' long
				 * names), or NULL */
	const char *name;	/* path to its name(s), each a definition */
	const char *when;	/* condition, or NULL */
	const char *scope;	/* path to a scope written at the definition
				 * (Foo:: in Foo::bar, a Go receiver) */
	unsigned flags;
	const char *ast;	/* its normalised kind in an ast record */
	const char *label;	/* a definition at this node has this label, one
				 * of label_names, when the condition holds; in
				 * a row of its own, without kind */
	const char *until;	/* it goes on behind the node, up to the next
				 * sibling for which this condition holds:
				 * headings */
	const char *embed;	/* what stands in the node is of this language,
				 * when the condition holds; in a row of its
				 * own */
};

enum {
	/* of a definition */
	LOCAL = 1 << 0,		/* what is inside is local: functions. May stand
				 * in a row without kind (a lambda) */
	OUTER = 1 << 1,		/* counts only where nothing is local:
				 * variables, constants */
	PLAIN = 1 << 2,		/* its name is no part of the scope of what is
				 * inside: variables, typedefs. With DOC: it
				 * goes with what follows, but says nothing of
				 * it: "public:" */
	REST = 1 << 3,		/* its scope holds for the siblings behind it, up
				 * to the next of its kind: "namespace A;" */
	NEXT = 1 << 4,		/* it ends with the sibling behind it: a head
				 * and a body that the parser took apart */
	NESTS = 1 << 5,		/* of its several names, each is in the scope of
				 * the one before: namespace a::b::c */
	ALSO = 1 << 7,		/* the rows behind it count as well: a second name */
	MORE = 1 << 6,		/* right behind one of the same name and kind it
				 * is the rest of that: a function's clauses */
	/* of a node */
	LEAF = 1 << 8,		/* no definitions inside, unless it has errors */
	BLOCK = 1 << 9,		/* may be cut before each of its named children */
	LINES = 1 << 10,	/* the same, but only where a line begins */
	DOC = 1 << 11,		/* goes with what follows: comments, attributes */
	COMMENT = 1 << 14,	/* with DOC: it is prose and documents that */
	WRAP = 1 << 12,		/* when it holds one definition, that one's span
				 * is this node's: decorators, "export" */
	THROUGH = 1 << 13,	/* see above */
	TOP = 1 << 15		/* ends at a "}" in column 0, which is of the top
				 * level: what may swallow the rest of a file
				 * when the parser is led astray (mend.h) */
};

/*
 * Where names are used, for chunkify --refs. A row says of a child of a node of
 * one of these types, in that field ("name"), of those types ("<type|type>") or
 * any ("*"), what a name is that stands there; the first that fits counts.
 * Without a child it is of the nodes themselves: what such a name is where
 * nothing is said of it by what is around it, or something else below.
 */
struct use {
	const char *node;	/* node types, separated by "|" */
	const char *child;	/* or NULL */
	enum use_role {
		USE_DEFAULT,
		USE_CALL,	/* it is called */
		USE_TYPE,	/* it is a type */
		USE_NAME,	/* another use */
		USE_TOKEN,	/* called, if there is a "(" behind it, or another use */
		USE_NOT,	/* it is no use: a label, a key */
		USE_BIND,	/* it is declared: where in a function, what has
				 * this name there is no use of another */
		USE_SAME,	/* what the node itself is */
		USE_LAST,	/* the same, if that is called or a type: the
				 * last part of a.b.c */
		/* of nodes alone */
		USE_SCOPE,	/* names are bound in it as in a function */
		USE_LEX		/* its text was not parsed: its words */
	} role;
};

enum use_kind { USED_CALL, USED_TYPE, USED_NAME, USE_KINDS };

/* The labels a definition can have, sorted; NULL ends. "generated" is of the
 * whole file, "test" also by its path (label.h). */
extern const char *const label_names[];
enum { LABEL_DOCUMENTED, LABEL_EXPORTED, LABEL_GENERATED, LABEL_STATIC,
    LABEL_TEST, NLABELS };

/*
 * Macros of which the grammar knows nothing and that lead the parser astray
 * are not shown to it. They are words in capitals, with their arguments if
 * they have any, that stand
 *	- behind one of the heads and before a name and a body: class API Foo {
 *	- behind one of the spaces and a name: namespace foo API {
 *	- before one of the starts, or a type and a name: API static int f()
 *	- between the parameters or one of the tails and a body: f() const API {
 *	- alone on their line, where a statement could begin.
 * For languages with the words, comments, strings and directives of C. Nor is
 * a comment shown inside a macro's body, which would end there, nor the lines of
 * a conditional inside an initialiser.
 *
 * Where types is given, words that are not in capitals are hidden too, when
 * they stand where C allows no name: between a type and what it declares,
 * before the type, behind the name of a variable. The latter two only as
 * far as they begin with two underscores or are in capitals, or as a word of a
 * type follows; of those with arguments, __aligned(8), only such.
 *
 * A call of a macro whose name holds one of loops, where a statement begins,
 * is shown as "while (...)"; and what closes such a loop behind "do {}".
 */
struct masks {
	const char *const *heads, *const *spaces, *const *starts;
	const char *const *tails;
	enum scopes { SCOPES_SHOWN, SCOPES_POINTER, SCOPES_ALL }
	    scopes;		/* nor is Foo::, of a pointer to a member or of
				 * whatever has one */
	const char *const *loops;	/* "for_each", or NULL */
	int no_cplusplus;	/* nor what stands in #ifdef __cplusplus */
	int modules;		/* nor "export", "export {" and its "}", and lines
				 * that name or import a module */
	const char *const *enums;	/* macros that begin an enumeration and
				 * are given its type and its name, or NULL */
	const char *const *typed;	/* beginnings of macros that are given
				 * a type and the name of a variable, or NULL */
	const char *const *types;	/* words of which types are made, or NULL */
	const char *const *qualifiers;	/* that may stand before a type's name */
	const char *const *keywords;	/* others that are no names; not NULL */
};

struct language {
	const char *name;		/* as printed: "c", "cpp", "python" */
	const TSLanguage *(*grammar)(void);
	const char *const *endings;	/* ".c", with the dot; NULL ends */
	const char *const *names;	/* whole file names, or NULL */
	const char *const *interpreters; /* of a #! line, without version */
	/*
	 * Endings it shares with another language, and the words one of which
	 * must begin a line outside comments to make it this one. A word
	 * that ends in a letter must end there in the text too; behind one
	 * that ends in a blank another must follow.
	 */
	const char *const *claims, *const *claim_words;
	const char *separator;		/* joins a scope: "::" or "." */
	const char *trim;		/* bytes that are no part of a name in
					 * front of it ("$" in PHP) or behind
					 * it and a blank, or NULL */
	const char *const *modifiers;	/* words that may stand in front of a
					 * name, and are none: "global:"; in
					 * any case, NULL ends, or NULL */
	/*
	 * A word in names behind which other than words can stand, or NULL.
	 * However it is written in the source, such a name has one blank
	 * behind this word, and else only between words: "operator ==",
	 * "operator const char*", "operator new[]".
	 */
	const char *keyword;
	/*
	 * Paths from a definition to its body, or to the last part of its head,
	 * behind which the body begins. Without either the body is what is in the
	 * field "body", or the first child that is a BLOCK or a "{".
	 */
	const char *body, *head;
	const struct masks *masks;	/* or NULL */
	int dollar_quotes;		/* $tag$...$tag$ is shown as '...', for
					 * it holds yet another language */
	int directives;			/* a line with #else or #elif is not
					 * shown: both sides are */
	int tabs;			/* a tab at the beginning of a line is
					 * shown only behind a rule, as make
					 * has it */
	enum { NO_MARKUP, STRICT, LOOSE } markup; /* words are meant in any case,
					 * text has entities; LOOSE: and, as
					 * browsers have it, what else looks
					 * like markup */
	const char *exports;		/* a variable of strings, which are the names
					 * that the file exports: "__all__"; or NULL */
	const struct rule *rules;	/* ends with a row whose node is NULL */
	const struct use *uses;		/* as well; or NULL */
};

/* All languages, in the order in which they are listed; NULL ends. */
extern const struct language *const languages[];

/* Text in no language: "text", which has no grammar and is not in the list. */
extern const struct language lang_text;

/*
 * What kind of text it is, as a label, by its name or its #! line: "dockerfile",
 * "perl"; or NULL. It may be put into buf, which has LANG_KIND_MAX bytes.
 */
#define LANG_KIND_MAX	32
const char *lang_text_kind(const char *path, const char *text, size_t n,
    char *buf);

/* Is the text of n bytes one of the list's, which "|" separates? */
int in_list(const char *list, const char *s, size_t n);

/* By name, or NULL. */
const struct language *lang_by_name(const char *name);

/*
 * What is known of a language, as a line of five columns with a tab between
 * them: its name; endings and file names; the kinds of its definitions; the
 * kinds of its nodes in ast records; its labels. Within a column a blank is
 * between them. Compiles the table.
 */
void lang_print(const struct language *lang, FILE *f);

/*
 * The language of a file by its name, or, when that says nothing, by its
 * first line (#!); NULL if unknown. The n bytes at text are its beginning, or
 * all of it. Where two languages share an ending the text decides.
 */
const struct language *lang_of(const char *path, const char *text, size_t n);

/* --- compiled ------------------------------------------------------------ */

/* A set of node types, as a bitmap over the grammar's symbols (see kind_of). */
struct typeset {
	uint64_t *bits;
};

struct step {
	enum { STEP_FIELD, STEP_TYPE, STEP_BELOW, STEP_FIRST, STEP_BEFORE,
	    STEP_TEXT } how;
	int every, last;		/* "+", "$" */
	TSFieldId field;
	struct typeset type;
	const char *text;
	const struct test *has;		/* <type:a=b>, or NULL */
};

struct path {				/* alternatives of steps */
	struct step *steps[6];
	size_t nsteps[6];
	struct path *upto[6];		/* behind "..", or NULL */
	int joined[6];			/* "&" */
	size_t n;
};

struct test {
	enum { TEST_PARENT, TEST_GRAND, TEST_NEXT, TEST_PREV, TEST_FIELD,
	    TEST_CHILD, TEST_NAMED, TEST_NAMETYPE, TEST_WITHIN,
	    TEST_UPPER, TEST_CAPITAL, TEST_SAME, TEST_BEGINS, TEST_IS,
	    TEST_PATH, TEST_DEPTH } what;
	int not;
	unsigned up;			/* of the parent: how far up */
	unsigned depth;
	TSFieldId field;
	int anytype;			/* TEST_FIELD: of whatever type */
	struct typeset type;
	struct path path;		/* TEST_PATH */
	const char *text;		/* TEST_CHILD, _PATH, _WITHIN, _BEGINS, _IS; or NULL */
};

struct crule {				/* a row that defines or leads through */
	const struct rule *rule;
	struct path name, scope;
	struct test *tests, *until;
	size_t ntests, nuntil;
	unsigned label;			/* bit, by place in label_names */
	const struct language *embed;	/* NULL: not built in */
	struct crule *next;		/* further row of the same type */
};

struct cuse {				/* a row about a child */
	TSFieldId field;		/* or 0: */
	int any;
	struct typeset type;
	enum use_role role;
	struct cuse *next;		/* further row of the same node type */
};

struct grammar {
	const struct language *lang;
	const TSLanguage *ts;
	uint32_t nsymbols;
	struct path body, head;		/* of the language, or no steps */
	TSFieldId body_field;		/* "body"; 0: none */
	TSSymbol brace;			/* "{" */
	uint16_t *flags;		/* by symbol: flags of all its rows */
	int tops;			/* one of them is TOP */
	struct crule **defs;		/* by symbol: rows with a kind */
	struct crule **through;		/* by symbol: THROUGH rows */
	struct crule **labels;		/* by symbol: rows with a label */
	struct crule **embeds;		/* by symbol: rows with embed */
	struct cuse **uses;		/* by symbol: rows about its children */
	unsigned char *names;		/* by symbol: its own role */
	const char **ast;		/* by symbol: ast kind or NULL */
};

/* The compiled table of a language; made at the first call, never freed.
 * Safe to call from several threads. */
const struct grammar *grammar_of(const struct language *lang);

/*
 * A node's symbol as an index into the tables. ERROR is outside the grammar's
 * numbers and gets the place behind them.
 */
static inline TSSymbol
kind_of(const struct grammar *g, TSNode node)
{
	TSSymbol s = ts_node_symbol(node);

	return s < g->nsymbols ? s : (TSSymbol)g->nsymbols;
}

static inline int
typeset_has(const struct typeset *t, TSSymbol kind)
{
	return t->bits[kind >> 6] >> (kind & 63) & 1;
}

#endif
