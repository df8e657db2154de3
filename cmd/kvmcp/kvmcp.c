/*
 * kvmcp - answer an assistant's questions from stores
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/option.h"
#include "base/std.h"
#include "rpc.h"

enum { ROOT = 256 };

static const struct opt opts[] = {
	{ ROOT, "root", "DIR", "The tree of the store; repeat for the next one." },
	{ 0 }
};

static const struct tool tool = {
	.what = "answer an assistant's questions from stores",
	.usage = (const char *const[]){ "[--root DIR ...] DB ...", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "kvmcp db                     # on standard input and output: MCP",
	    "kvmcp --root ~/project db    # marks what has changed since", NULL },
};

struct roots {
	const char **list;
	size_t n, cap;
};

/* Open the stores, and the trees they were made from. */
static void
take_shelves(struct shelves *all, const struct cmdline *c,
    const struct roots *roots)
{
	struct shelf *s;
	size_t i;

	if (c->argc < 1)
		option_wrong("which store? DB is missing");
	all->n = (size_t)c->argc;
	if (roots->n > 1 && roots->n != all->n)
		option_wrong("--root: once, or once for each DB");
	all->list = xcalloc(all->n, sizeof *all->list);
	for (i = 0; i < all->n; i++) {
		s = &all->list[i];
		s->place = c->argv[i];
		s->root_fd = -1;
		if (roots->n != 0)
			s->root = roots->list[roots->n == 1 ? 0 : i];
		option_store(c->argv + i);
		if (shelf_open(s) == -1)
			exit(2);		/* it has said why */
		if (s->root != NULL && (s->root_fd = open(s->root, O_PATH |
		    O_DIRECTORY | O_CLOEXEC)) == -1)
			err(2, "%s", s->root);
	}
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct roots roots = { 0 };
	struct shelves shelves = { 0 };
	struct input in = { .fd = STDIN_FILENO };
	struct rpc rpc = { .shelves = &shelves, .input = &in };
	const char *line;
	size_t len;
	int status;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while (option_next(&c) != -1) {
		roots.list = xgrow(roots.list, &roots.cap, roots.n + 1,
		    sizeof *roots.list);
		roots.list[roots.n++] = optarg;
	}
	take_shelves(&shelves, &c, &roots);

	while ((status = input_next(&in, &line, &len)) == 1)
		rpc_answer(&rpc, line, len);
	buf_free(&rpc.out);
	input_free(&in);
	shelves_close(&shelves);
	free(roots.list);
	return status == -1 ? 2 : 0;
}
