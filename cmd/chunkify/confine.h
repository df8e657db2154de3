/*
 * What a program of somebody else's trust may do that reads somebody's tree.
 *
 * git is given rules, indexes and configurations that a stranger wrote, and
 * has dozens of settings that name a program to be run. Rather than know them
 * all, and those that come, we have the kernel refuse: a process that is
 * confined, and whatever it becomes by exec, cannot start another process nor
 * open a socket. It may have threads. (A seccomp filter; x86-64 and AArch64.
 * Where the kernel or the machine has none the rest still holds.) Nor can it
 * take more than CONFINE_MEMORY bytes of memory of its own.
 */
#ifndef CONFINE_H
#define CONFINE_H

#define CONFINE_MEMORY	((unsigned long)2 << 30)

/* Confine the calling process; for a child, between vfork and exec. */
void confine(void);

#endif
