#include <stdint.h>
#include <string.h>

#include "index/words.h"

enum class { OTHER, UNDERSCORE, DIGIT, LOWER, UPPER };

const unsigned char word_classes[256] = {
	['a' ... 'z'] = LOWER, ['A' ... 'Z'] = UPPER, ['0' ... '9'] = DIGIT,
	['_'] = UNDERSCORE, [0x80 ... 0xff] = LOWER
};

static enum class
class_of(unsigned char c)
{
	return word_classes[c];
}

/* --- endings -------------------------------------------------------------- */

static int
ends(const char *s, size_t n, const char *with)
{
	size_t k = strlen(with);

	return n >= k && memcmp(s + n - k, with, k) == 0;
}

static int
is_vowel(char c)
{
	return memchr("aeiouy", c, 6) != NULL;
}

static int
has_vowel(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_vowel(s[i]))
			return 1;
	return 0;
}

/* The length without the ending, if at least so much is left. */
static size_t
without(const char *s, size_t n, const char *ending, size_t least)
{
	size_t k = strlen(ending);

	return ends(s, n, ending) && n - k >= least && has_vowel(s, n - k) ?
	    n - k : n;
}

size_t
word_stem(char *s, size_t n)
{
	size_t before;

	if (n < 4)
		return n;
	if (ends(s, n, "ies") || ends(s, n, "ied")) {
		s[n - 3] = 'y';
		n -= 2;
	} else if (ends(s, n, "s") && !ends(s, n, "ss") && !ends(s, n, "us") &&
	    !ends(s, n, "is"))
		n--;
	before = n;
	n = without(s, n, "ing", 3);
	if (n == before)
		n = without(s, n, "ed", 3);
	if (n == before && (ends(s, n, "tion") || ends(s, n, "sion")))
		n = without(s, n, "ion", 4);
	if (n > 3 && s[n - 1] == 'e')
		n--;
	if (n > 3 && s[n - 1] == s[n - 2] && !is_vowel(s[n - 1]) &&
	    class_of(s[n - 1]) == LOWER && (unsigned char)s[n - 1] < 0x80)
		n--;
	return n;
}

size_t
word_root(const char *word, size_t len)
{
	return len != 0 && word[len - 1] == 'y' ? len - 1 : len;
}

/* --- names ---------------------------------------------------------------- */

/* Where the words go. */
struct sink {
	word_fn *fn;
	void *arg;
	int stemmed;
};

static void
emit(const struct sink *to, const char *s, size_t n)
{
	char word[WORD_MAX + 1];
	size_t i;

	if (n > WORD_MAX)
		n = WORD_MAX;
	for (i = 0; i < n; i++)
		word[i] = (unsigned char)(s[i] - 'A') < 26 ?
		    (char)(s[i] | 0x20) : s[i];
	if (to->stemmed)
		n = word_stem(word, n);
	word[n] = '\0';
	to->fn(to->arg, word, n);
}

/*
 * The length of the part that begins at s. A run of capitals is one, without
 * its last letter if small ones follow: "HTMLBuffer".
 */
static size_t
part(const char *s, size_t n)
{
	enum class c = class_of(*s);
	size_t i = 1;

	while (i < n && class_of(s[i]) == c)
		i++;
	if (c != UPPER || i == n || class_of(s[i]) != LOWER)
		return i;
	if (i > 1)
		return i - 1;
	while (i < n && class_of(s[i]) == LOWER)
		i++;
	return i;
}

static void
name(const struct sink *to, const char *s, size_t n)
{
	size_t i, k, parts = 0;

	for (i = 0; i < n; i += k) {
		if (s[i] == '_') {
			k = 1;
			continue;
		}
		k = part(s + i, n - i);
		parts++;
		if (k < n)
			emit(to, s + i, k);
	}
	if (parts == 0)
		return;
	if (n < WORD_MAX || n > NAME_PIECES) {
		emit(to, s, n);
		return;
	}
	for (i = 0; i + WORD_PIECE < n; i += WORD_STEP)
		emit(to, s + i, WORD_PIECE);
	emit(to, s + i, n - i);
}

static void
names(const struct sink *to, const char *s, size_t n)
{
	size_t i = 0, k;

	while (i < n) {
		for (k = i; k < n && word_byte(s[k]); k++)
			;
		if (k > i)
			name(to, s + i, k - i);
		i = k + 1;
	}
}

void
words_each(const char *s, size_t n, word_fn *fn, void *arg)
{
	names(&(struct sink){ fn, arg, 1 }, s, n);
}

void
words_unstemmed(const char *s, size_t n, word_fn *fn, void *arg)
{
	names(&(struct sink){ fn, arg, 0 }, s, n);
}

/* By first letter, so that most words need no lookup. */
static const char *const stops[26][10] = {
	['a' - 'a'] = { "a", "about", "al", "also", "an", "and", "any", "are",
	    "as", "at" },
	['b' - 'a'] = { "be", "been", "but", "by" },
	['c' - 'a'] = { "can" },
	['d' - 'a'] = { "do", "doe" },
	['e' - 'a'] = { "each", "either" },
	['f' - 'a'] = { "for", "from" },
	['g' - 'a'] = { "given" },
	['h' - 'a'] = { "ha", "hav", "how" },
	['i' - 'a'] = { "if", "in", "into", "is", "it", "its" },
	['m' - 'a'] = { "may" },
	['n' - 'a'] = { "no", "not" },
	['o' - 'a'] = { "of", "on", "only", "or", "other" },
	['r' - 'a'] = { "return" },
	['s' - 'a'] = { "should", "so", "some", "such" },
	['t' - 'a'] = { "than", "that", "the", "then", "there", "these", "thi",
	    "this", "those", "to" },
	['u' - 'a'] = { "us", "use" },
	['w' - 'a'] = { "wa", "was", "what", "when", "where", "whether",
	    "which", "whil", "wil", "with" }
};

int
word_is_stop(const char *word)
{
	const char *const *s;
	size_t i;

	if (*word < 'a' || *word > 'z' || strlen(word) > 7)
		return 0;
	s = stops[*word - 'a'];
	for (i = 0; i < 10 && s[i] != NULL; i++)
		if (strcmp(s[i], word) == 0)
			return 1;
	return 0;
}
