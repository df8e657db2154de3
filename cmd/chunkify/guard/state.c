/*
 * Between each grammar's scanner and the parser: NAME is tree_sitter_ and the
 * grammar's. The parser keeps a scanner's state in 1,024 bytes, and gives the
 * scanner just these. Some write a byte or two more when much is open, and
 * some, given a state that they have cut short themselves, read on behind its
 * end. So they get more room than they can ask for (255 words of 255 bytes
 * are the most that one of them counts), with zeros behind the state; and a
 * state that is too long is none, from which the parser recovers as from any
 * other error.
 */
#include <string.h>

#include "tree_sitter/parser.h"

#define PASTE(a, b)	a##b
#define OF(name, what)	PASTE(name, _external_scanner_##what)

extern _Thread_local char guard_room[];

unsigned unguarded_serialize(void *payload, char *buffer);
void unguarded_deserialize(void *payload, const char *buffer, unsigned n);
unsigned OF(NAME, serialize)(void *payload, char *buffer);
void OF(NAME, deserialize)(void *payload, const char *buffer, unsigned n);

unsigned
OF(NAME, serialize)(void *payload, char *buffer)
{
	unsigned n = unguarded_serialize(payload, guard_room);

	if (n <= TREE_SITTER_SERIALIZATION_BUFFER_SIZE)
		memcpy(buffer, guard_room, n);
	memset(guard_room, 0, n);
	return n <= TREE_SITTER_SERIALIZATION_BUFFER_SIZE ? n : 0;
}

void
OF(NAME, deserialize)(void *payload, const char *buffer, unsigned n)
{
	if (n != 0)
		memcpy(guard_room, buffer, n);
	unguarded_deserialize(payload, guard_room, n);
	memset(guard_room, 0, n);
}
