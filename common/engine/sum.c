#include <string.h>

#include "engine/sum.h"

#define BASIS	UINT64_C(0xcbf29ce484222325)	/* nothing has the sum 0 */

static uint64_t
mix(uint64_t sum, uint64_t n)
{
	/* FNV-1a's, but eight bytes at a time. */
	sum = (sum ^ n) * UINT64_C(0x100000001b3);
	return sum ^ sum >> 29;
}

static uint64_t
mix_bytes(uint64_t sum, const char *p, size_t n)
{
	uint64_t w;

	sum = mix(sum, n);
	for (; n >= sizeof w; n -= sizeof w, p += sizeof w) {
		memcpy(&w, p, sizeof w);
		sum = mix(sum, w);
	}
	w = 0;
	memcpy(&w, p, n);
	return mix(sum, w);
}

static uint64_t
mix_text(uint64_t sum, const char *s)
{
	return s == NULL ? mix(sum, 1) : mix_bytes(sum, s, strlen(s));
}

uint64_t
sum_text(const char *s, size_t n)
{
	return mix_bytes(BASIS, s, n);
}

uint64_t
sum_file(const struct record *r)
{
	uint64_t sum = mix(BASIS ^ r->type, r->size);

	sum = mix(sum, (uint64_t)r->mtime_ns);
	sum = mix_text(sum, r->path);
	sum = mix_text(sum, r->options);
	sum = mix(sum, r->stored_at);
	if (r->type == RECORD_SKIP)
		return mix_text(sum, r->reason);
	sum = mix_text(sum, r->language);
	sum = mix_text(sum, r->content_hash);
	sum = mix(sum, r->parse_errors);
	return mix(sum, r->chunks);
}

static uint64_t
symbol_sum(const struct symbol *y)
{
	uint64_t sum = mix(mix(BASIS, y->byte_start), y->byte_end);

	sum = mix_text(sum, y->name);
	sum = mix_text(sum, y->kind);
	sum = mix_text(sum, y->scope);
	sum = mix(sum, y->start_line);
	sum = mix(sum, y->end_line);
	sum = mix(sum, y->doc_start);
	sum = mix(sum, y->body_start);
	return mix_text(sum, y->labels);
}

int
sum_symbol(const struct symbol *y)
{
	return (int)(symbol_sum(y) & 0x7fff);
}

uint64_t
sum_chunk(const struct record *r)
{
	uint64_t sum = mix(mix(BASIS, r->byte_start), r->byte_end);
	size_t i;

	sum = mix(sum, r->start_line);
	sum = mix(sum, r->end_line);
	sum = mix_text(sum, r->language);
	sum = mix_text(sum, r->symbol_name);
	sum = mix_text(sum, r->symbol_kind);
	sum = mix_text(sum, r->scope);
	sum = mix(sum, r->part[1] != 0 ? r->part[0] : 0);
	sum = mix(sum, r->part[1]);
	sum = mix(sum, r->created_at);
	for (i = 0; i < r->nsymbols; i++)
		sum = mix(sum, symbol_sum(&r->symbols[i]));
	for (i = 0; i < r->nlabels; i++)
		sum = mix_text(sum, r->labels[i]);
	sum = mix_text(sum, r->refs);
	sum = mix_text(sum, r->content_hash);
	return mix_bytes(sum, r->content, r->content_len);
}

uint64_t
sum_nodes(const struct record *r)
{
	uint64_t sum = BASIS;
	size_t i;

	for (i = 0; i < r->nnodes; i++) {
		const struct ast_node *n = &r->nodes[i];

		sum = mix(sum, n->id);
		sum = mix(sum, (uint64_t)n->parent_id);
		sum = mix_text(sum, n->kind);
		sum = mix(sum, n->byte_start);
		sum = mix(sum, n->byte_end);
	}
	return sum;
}
