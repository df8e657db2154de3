#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

size_t
utf8_sequence(const char *str, size_t n)
{
	const unsigned char *s = (const unsigned char *)str;
	size_t len, i;
	unsigned char lo = 0x80, hi = 0xbf;	/* of the second byte */

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	switch (s[0]) {
	case 0xe0:	/* overlong below */
		lo = 0xa0;
		break;
	case 0xed:	/* surrogates above */
		hi = 0x9f;
		break;
	case 0xf0:
		lo = 0x90;
		break;
	case 0xf4:	/* over U+10FFFF above */
		hi = 0x8f;
		break;
	}
	if (s[1] < lo || s[1] > hi)
		return 0;
	for (i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

size_t
utf8_valid(const char *s, size_t n)
{
	size_t i = 0, k;
	uint64_t eight;

	while (i < n) {
		for (; n - i >= sizeof eight; i += sizeof eight) {
			memcpy(&eight, s + i, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) != 0)
				break;		/* not only ASCII */
		}
		if (i == n)
			break;
		if ((k = utf8_sequence(s + i, n - i)) == 0)
			break;
		i += k;
	}
	return i;
}
