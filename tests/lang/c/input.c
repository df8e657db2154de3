/*
 * What a C file can define, and what only looks like it.
 */
#include <stdio.h>

#define LIMIT 16
#define max(a, b) \
	((a) > (b) ? (a) : (b))

struct later;				/* a mere declaration */
extern int elsewhere;
int prototype(int a, char *b);

/* A tree of names. */
struct node {
	struct node *left, *right;
	union {
		int number;
		char *text;
	} value;
	enum colour { RED, BLACK } colour;
};

enum state { IDLE, BUSY = 4, DONE };
union word { int i; float f; };

typedef unsigned long size;
typedef struct { int x, y; } point, *point_ref;
typedef int (*compare)(const void *, const void *);
typedef char line[80];
typedef int __bitwise flags_t;

static int counter, *cursor = &counter;
const char *const names[] = { "one", "two", "three" };
int (*handler)(int) = NULL;
static int (*table[])(int) = { NULL, NULL };
static DEFINE_MUTEX(lock);

/* Plain. */
static int
add(int a, int b)
{
	static int calls;

	calls++;
	return a + b;
}

char *copy(const char *from) { return (char *)from; }

void (*signal_of(int number, void (*old)(int)))(int)
{
	return old;
}

int old_style(a, b)
	int a;
	char *b;
{
	return a + *b;
}

static int __init start(void)
{
	return 0;
}

EXPORT int exported(void)
{
#define STEP 4
	typedef int local_type;

	return (local_type)STEP;
}

SYSCALL_DEFINE2(twice, int, a, int, b)
{
	return a + b;
}
MODULE_LICENSE("GPL");

#ifdef CONFIG_FAST
static int speed(void)
{
	return 2;
}
#elif defined(CONFIG_SLOW)
static int speed(void)
{
	return 1;
}
#else
static int speed(void) { return 0; }
#endif

static const struct point_ops {
	int (*move)(point *, int, int);
} ops = {
	.move = NULL,
};

int broken(int a)
{
	if (a > )
		return 1;
	list_for_each(a) {
		a++;
	}
	return 0;
}

long long_one(int n)
{
	long sum = 0;
	int i;

	for (i = 0; i < n; i++) {
		switch (i % 4) {
		case 0:
			sum += add(i, LIMIT);
			break;
		case 1:
			sum -= max(i, LIMIT);
			break;
		default:
			goto next;
		}
		sum *= 2;
next:
		printf("at %d the sum of all that was added is %ld\n", i, sum);
	}
	while (sum > 1000000)
		sum /= 10;
	do
		sum++;
	while (sum % 7);
	return sum;
}

int after_all(void) { return 1; }
