/*
 * What another program may do while it reads a stranger's tree.
 *
 * git reads rules, indexes and configurations that a stranger wrote, and has
 * dozens of settings that name a program to run. Rather than know all present
 * and future ones, we have the kernel refuse: a confined process, and whatever
 * it execs, cannot start another process nor open a socket. It may have
 * threads. (A seccomp filter; x86-64 and AArch64. If the kernel or the machine
 * has none, the rest still holds.) Nor can it take more than CONFINE_MEMORY
 * bytes of memory of its own.
 */
#ifndef CONFINE_H
#define CONFINE_H

#define CONFINE_MEMORY	((unsigned long)2 << 30)

/* Confine the calling process; for a child, between vfork and exec. */
void confine(void);

#endif
