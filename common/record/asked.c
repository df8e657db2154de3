#include <string.h>

#include "record/asked.h"

int
labels_fit(const char *const *asked, size_t n, const char *const *labels,
    size_t nlabels)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		int not = asked[i][0] == '!';

		for (k = 0; k < nlabels &&
		    strcmp(asked[i] + not, labels[k]) != 0; k++)
			;
		if ((k < nlabels) == not)
			return 0;
	}
	return 1;
}

/* Is the label in the list, where each ends in a colon? */
static int
is_among(const char *joined, const char *label)
{
	size_t n = strlen(label), k;

	for (; joined != NULL && *joined != '\0'; joined += k + 1) {
		k = strcspn(joined, ":");
		if (k == n && memcmp(joined, label, n) == 0)
			return 1;
	}
	return 0;
}

int
labels_fit_symbol(const char *const *asked, size_t n, const struct symbol *y)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int not = asked[i][0] == '!';
		const char *label = asked[i] + not;

		if ((is_among(y->labels, label) ||
		    strcmp(y->kind, label) == 0) == not)
			return 0;
	}
	return 1;
}
