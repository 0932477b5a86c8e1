package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"gongkai/datasets/wire"
)

// process is a worker: one statement, then it is gone.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	pipe   *os.File // under out
	stderr *ends
	done   chan struct{} // closed when it has ended and was reaped
	end    func()        // kills it and all that it started; may be called often
}

// startProcess starts a worker in a process group of its own and sends it its
// limits.
func startProcess(exe string, args []string, limits wire.Limits) (*process, error) {
	cmd := exec.Command(exe, args...)
	cmd.Env = environment()
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	c := &process{cmd: cmd, stderr: &ends{}, done: make(chan struct{})}
	cmd.Stderr = c.stderr
	var err error
	if c.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	read, write, err := os.Pipe() // not StdoutPipe: Wait would close it under the reader
	if err != nil {
		c.in.Close()
		return nil, err
	}
	cmd.Stdout = write
	err = cmd.Start()
	write.Close()
	if err != nil {
		c.in.Close()
		read.Close()
		return nil, err
	}
	c.pipe, c.out = read, bufio.NewReaderSize(read, 64<<10)
	c.end = sync.OnceFunc(func() {
		if cmd.Process.Kill() == nil { // it was not reaped, so the id is still its own: with all that it may have started
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) //nolint:errcheck // it may be alone
		}
		c.in.Close()
	})
	go func() {
		cmd.Wait() //nolint:errcheck // the state tells
		c.end()
		close(c.done)
	}()
	if err := wire.Send(c.in, wire.Begin, limits); err != nil {
		c.end()
		<-c.done
		c.close()
		return nil, fmt.Errorf("%w: %s", err, c.stderr)
	}
	return c, nil
}

// hand waits until the engine stands and gives the process its statement; no
// error means that the process has it.
func (c *process) hand(st wire.Statement, most time.Duration) error {
	kill := time.AfterFunc(most, c.end)
	defer kill.Stop()
	var nothing struct{}
	if err := wire.Expect(c.out, wire.Ready, &nothing); err != nil {
		return fmt.Errorf("wait for the engine: %w", err)
	}
	if err := wire.Send(c.in, wire.Ask, st); err != nil {
		return fmt.Errorf("send the statement: %w", err)
	}
	if err := wire.Expect(c.out, wire.Took, &nothing); err != nil {
		return fmt.Errorf("wait until it has the statement: %w", err)
	}
	return nil
}

// close frees the pipe of a process that has ended.
func (c *process) close() { c.pipe.Close() }

// The following are asked only after done.

func (c *process) state() string { return c.cmd.ProcessState.String() }

func (c *process) exitCode() int { return c.cmd.ProcessState.ExitCode() }

func (c *process) usedCPU() time.Duration {
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}

// saidMemory reports whether the last words were about memory.
func (c *process) saidMemory() bool {
	said := strings.ToLower(c.stderr.String())
	for _, sign := range []string{"out of memory", "cannot allocate memory", "bad_alloc", "failed to allocate", "errno=12"} {
		if strings.Contains(said, sign) {
			return true
		}
	}
	return false
}

// ends keeps the first bytes that a process wrote to its standard error: a
// crash says there what it was.
type ends struct {
	mu   sync.Mutex
	head []byte
}

func (e *ends) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	const most = 4 << 10
	if room := most - len(e.head); room > 0 {
		e.head = append(e.head, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (e *ends) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.TrimSpace(string(e.head))
}
