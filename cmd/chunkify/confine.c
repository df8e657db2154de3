#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <errno.h>
#include <sched.h>
#include <stddef.h>

#include "confine.h"

#if defined(__x86_64__)
#define ARCH		AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH		AUDIT_ARCH_AARCH64
#endif

#define LOAD(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
			    offsetof(struct seccomp_data, field))
#define RETURN(what)	BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(e)	RETURN(SECCOMP_RET_ERRNO | (e))
/* If the number loaded is this one, go on with the next line, else skip it. */
#define IS(n)		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (n), 0, 1)
#define IS_NOT(n)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (n), 1, 0)
#define AT_LEAST(n)	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (n), 0, 1)
#define HAS(bit)	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bit), 0, 1)

/*
 * clone with CLONE_THREAD makes a thread, never a process. The flags of clone3
 * are in memory, which a filter cannot read: so we claim that it does not
 * exist, and the C library falls back to clone.
 */
static void
no_processes(void)
{
#ifdef ARCH
	static struct sock_filter filter[] = {
		LOAD(arch),
		IS_NOT(ARCH),
		REFUSE(EPERM),
		LOAD(nr),
#ifdef __x86_64__
		AT_LEAST(0x40000000),	/* x32 has other numbers */
		REFUSE(EPERM),
		IS(SYS_fork),
		REFUSE(EPERM),
		IS(SYS_vfork),
		REFUSE(EPERM),
#endif
		IS(SYS_socket),
		REFUSE(EPERM),
		IS(SYS_clone3),
		REFUSE(ENOSYS),
		IS_NOT(SYS_clone),
		RETURN(SECCOMP_RET_ALLOW),
		LOAD(args[0]),		/* its low half: both are such machines */
		HAS(CLONE_THREAD),
		RETURN(SECCOMP_RET_ALLOW),
		REFUSE(EPERM),
	};
	static const struct sock_fprog program = {
		sizeof filter / sizeof *filter, filter
	};

	(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
#endif
}

void
confine(void)
{
	struct rlimit memory = { CONFINE_MEMORY, CONFINE_MEMORY };

	(void)setrlimit(RLIMIT_DATA, &memory);
	/* a filter requires this; it also disables set-user-ID programs */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		no_processes();
}
