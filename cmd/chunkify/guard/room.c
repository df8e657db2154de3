/* For state.c, one for all grammars: no two are at work in one thread. */
_Thread_local char guard_room[80 << 10];
