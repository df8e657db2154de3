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

/* macros before, between and behind what they speak of */
static int __init set_up(void) { return 0; }
static noinline struct point *far(void) { return 0; }
asmlinkage long sys_far(void) { return 0; }
int panic_now __read_mostly = 1;
static struct point table[3] __initdata = { { 1, 2 } };
static codes_t internal_function matching(int a) { return 0; }
static void __locked(struct point *p) __acquires(p->lock)
	__releases(p->lock)
{
}
extern __printf(4, 5)
void complain(int, ...);
struct point __name;
static __u32 bits;
DEFINE_PER_CPU(unsigned long, process_counts) = 0;
typedef struct DIR dir_t;
SYSCALL_DEFINE0(nothing) { return 0; }

/* loops that are macros */
int all(void)
{
	for_each_possible_cpu(i)
		sum += cpu_rq(i)->nr_switches;
	do {
		g();
	} while_each_thread(a, b);
	list_for_each_entry(p, &head, list) {
		use(p);
	}
	return sum;
}

#define say(a) do { /* nothing */ \
		int changed; /* not \
		a variable */ \
	} while (0)	/* at the end it may stay */

int behind(void) { return 1; }

/* what leads the parser astray, and is taken up again behind it */
#ifdef WIDE
int wide(int a)
{
	if (a) {
#else
int narrow(void)
{
	if (1) {
#endif
		return 2;
	}
	return 1;
}

int swallowed(void)
{
	return 0;
}

static struct point swallowed_too = { 1, 2 };

int half(int a)
{
	mode =
#ifdef QUOTA
	    quota(a) ? (
#else
	    (
#endif
	while (a {
		a--;
#define IN_HALF 1
}

static const char *names[] = {
	"a",
#ifdef MORE
	ODD("b") "c" },
#endif
	"d"
};

int not_half(void)
{
	return 0;
}

int last_of_all(void) { return 0; }

/* conditionals in what initialises a variable */
static struct point table_of[] = {
#ifdef SCALE
	{ 1, 2 }, { 3, 4 },
#else
	{ 5, 6 },
#endif
#ifdef MORE
	{
		.x = 7,
	},
#endif
	{ }
};

int behind_the_table(void) { return 1; }

/* macros defined where the grammar knows no directives */
static struct subsys *systems[] = {
#define SUBSYS(x) [x ## _id] = &x,
#include "systems.h"
#undef SUBSYS
};

enum usage_bit {
#define STATE(x) \
	USED_IN_##x,
#include "states.h"
#undef STATE
	USED
};

static const unsigned features_of =
#define FEATURE(name) (1U << name) |
#include "features.h"
	0;

static const bool purge_lazily =
#ifdef LAZY
    true
#else
    false
#endif
    ;

char prefix_of[
#ifdef LAZY
	10
#endif
	];

/* pointers to functions, which look like calls */
API uint64_t (*get_size)(void *d) API_ATTR;
API Dict * (*get_dict)(Dict *d, int (*f)(int)) API_ATTR;
mstime_t (*get_expire)(Key *key);
monotime (*get_monotonic)(void) = NULL;
void __weak (*pm_power_off)(void);

/* attributes between a type and its name, before a tag, behind a body */
struct A __align__(16) B {
	int a;
};
struct __packed C {
	int a;
};
typedef u32 __attribute__((vector_size(16))) wide_t;
typedef int __bitwise flags_t;
NUMBER const CONST_PI = MAKE(3, 14);
typedef struct D {
	int a;
} __user *d_t;

/* heads as they were */
int
old (a, b)
	int a;
	const char *b;
{
	assert (a);
	return a;
}

main_of ()
{
	return 0;
}
