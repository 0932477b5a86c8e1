package confine

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// calls are the system calls that a process needs which computes with what it
// has open: memory, threads, signals to itself, clocks, reading and writing of
// open files. Everything else fails in it, whoever has taken it over: no file is
// opened, removed or renamed, no other process is seen, started or killed.
var calls = []uintptr{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_PREAD64, unix.SYS_PREADV, unix.SYS_LSEEK, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_FCNTL,
	unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MREMAP, unix.SYS_MADVISE, unix.SYS_BRK, unix.SYS_MINCORE,
	unix.SYS_FUTEX, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETCPU, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_MEMBARRIER, unix.SYS_SET_TID_ADDRESS,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_RT_SIGTIMEDWAIT, unix.SYS_RESTART_SYSCALL,
	unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETUID, unix.SYS_GETRUSAGE, unix.SYS_SYSINFO, unix.SYS_UNAME, unix.SYS_GETRANDOM,
	unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_CTL, unix.SYS_PPOLL, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
}

// Offsets in the kernel's struct seccomp_data.
const (
	dataCall  = 0
	dataArch  = 4
	dataFirst = 16 // low half of the first argument
)

// onlyCompute lets the process make the calls of the list alone, on all of its
// threads and for good. Where the kernel cannot do that, it does nothing: it is
// the last of several locks.
func onlyCompute() error {
	var arch uint32
	switch runtime.GOARCH {
	case "amd64":
		arch = unix.AUDIT_ARCH_X86_64
	case "arm64":
		arch = unix.AUDIT_ARCH_AARCH64
	default:
		return nil
	}
	rules := callRules(arch, uint32(os.Getpid()))
	program := unix.SockFprog{Len: uint16(len(rules)), Filter: &rules[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(rules)
	if errno != 0 && !errors.Is(errno, unix.ENOSYS) && !errors.Is(errno, unix.EINVAL) {
		return fmt.Errorf("limit the system calls: %w", errno)
	}
	return nil
}

// callRules is the list as the kernel's filter program.
func callRules(arch, pid uint32) []unix.SockFilter {
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	unless := func(test uint16, k uint32, skip uint8) unix.SockFilter { // goes on with the next where the test holds
		return unix.SockFilter{Code: unix.BPF_JMP | test | unix.BPF_K, Jf: skip, K: k}
	}
	give := func(what uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: what} }
	const fail = unix.SECCOMP_RET_ERRNO
	rules := []unix.SockFilter{
		load(dataArch), {Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: arch}, give(unix.SECCOMP_RET_KILL_PROCESS),
		load(dataCall),
	}
	for _, call := range calls {
		rules = append(rules, unless(unix.BPF_JEQ, uint32(call), 1), give(unix.SECCOMP_RET_ALLOW))
	}
	return append(rules,
		// A new thread of this process, never a new process. The newer call keeps what
		// it wants where a filter cannot look; without it the library takes the older.
		unless(unix.BPF_JEQ, unix.SYS_CLONE3, 1), give(fail|uint32(unix.ENOSYS)),
		unless(unix.BPF_JEQ, unix.SYS_CLONE, 4),
		load(dataFirst), unless(unix.BPF_JSET, unix.CLONE_THREAD, 1), give(unix.SECCOMP_RET_ALLOW), give(fail|uint32(unix.EPERM)),
		// A signal to itself, as Go's scheduler sends them.
		unless(unix.BPF_JEQ, unix.SYS_TGKILL, 3), load(dataFirst), unless(unix.BPF_JEQ, pid, 1), give(unix.SECCOMP_RET_ALLOW),
		give(fail|uint32(unix.EPERM)),
	)
}
