package sandbox

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/wire"
)

// TestMain is also the worker of the tests: one that was taken over and says
// to the server whatever may hurt it.
func TestMain(m *testing.M) {
	if len(os.Args) >= 3 && os.Args[1] == "foe" {
		foe(os.Args[2], os.Args[3:]...)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// foe speaks the protocol until the point where its part goes wrong.
func foe(part string, more ...string) {
	in, out := os.Stdin, os.Stdout
	send := func(kind wire.Kind, v any) { wire.Send(out, kind, v) }
	next := func() { wire.Read(in) }
	next()
	if part == "dies early" {
		os.Stderr.WriteString("fatal error: out of memory")
		os.Exit(2)
	}
	send(wire.Ready, struct{}{})
	if part == "dies in wait" {
		os.Exit(1)
	}
	next()
	switch part {
	case "dies with it":
		os.Exit(1)
	case "dies once": // the first of them makes the file
		if f, err := os.OpenFile(more[0], os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			f.Close()
			os.Exit(1)
		}
		part = "good"
	}
	send(wire.Took, struct{}{})
	switch part {
	case "says nothing":
		time.Sleep(time.Hour)
	case "garbage":
		io.WriteString(out, strings.Repeat("garbage", 1000))
		return
	case "endless frame":
		out.Write(binary.BigEndian.AppendUint32([]byte{'w'}, 0xffffffff))
		return
	case "another kind":
		send(wire.Refused, wire.Refusal{Kind: catalog.Full, Message: "no", Pos: -5})
		return
	case "could not begin":
		send(wire.Refused, wire.Refusal{Kind: catalog.Internal, Message: "no"})
		return
	case "refuses":
		send(wire.Refused, wire.Refusal{Kind: catalog.Invalid, Message: "no", Fix: "yes", Pos: 7})
		return
	}
	if part == "many tables" {
		send(wire.Wants, make([]wire.Name, 10_000))
		return
	}
	send(wire.Wants, []wire.Name{{Table: "t", Dataset: "t"}})
	next()
	switch part {
	case "no columns":
		send(wire.Head, []wire.Column{})
		return
	case "dies":
		os.Stderr.WriteString("fatal error: runtime: cannot allocate memory")
		os.Exit(2)
	case "crashes":
		os.Exit(139)
	}
	send(wire.Head, []wire.Column{{Name: "a", Type: catalog.TypeInteger}})
	row := wire.AppendRow(nil, []catalog.Value{{Kind: catalog.IntValue, I: 1}})
	switch part {
	case "endless rows":
		for wire.Write(out, wire.Rows, bytes.Repeat(row, 10_000)) == nil {
			continue
		}
	case "bad rows":
		wire.Write(out, wire.Rows, []byte{99, 1, 2})
	case "no end":
		wire.Write(out, wire.Rows, row)
	case "stalls":
		wire.Write(out, wire.Rows, row)
		time.Sleep(time.Hour)
	case "good":
		wire.Write(out, wire.Rows, row)
		send(wire.End, wire.Ending{Rows: 1})
	}
}

func foePool(t testing.TB, part string, change func(*Config)) *Pool {
	t.Helper()
	cfg := Config{Exe: os.Args[0], Args: []string{"foe", part}, Time: 300 * time.Millisecond, Bytes: 1 << 20, Warm: 1}
	if change != nil {
		change(&cfg)
	}
	p := New(cfg)
	t.Cleanup(p.Close)
	return p
}

// runAll reads an answer to its end.
func runAll(ctx context.Context, p *Pool) (rows int, err error) {
	r, err := p.Run(ctx, "client", wire.Statement{SQL: "SELECT 1"}, func(_ context.Context, names []wire.Name) ([]wire.Source, error) {
		return make([]wire.Source, len(names)), nil
	})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for {
		if _, ok := r.Next(); !ok {
			return rows, r.Err()
		}
		rows++
	}
}

// TestFoes: whatever a worker says, the server answers, frees the place and
// leaves no process behind.
func TestFoes(t *testing.T) {
	for part, want := range map[string]catalog.Kind{
		"says nothing": catalog.Deadline, "garbage": catalog.Unprocessable, "endless frame": catalog.Unprocessable, "refuses": catalog.Invalid,
		"no columns": catalog.Unprocessable, "dies": catalog.TooLarge, "crashes": catalog.Unprocessable, "endless rows": catalog.Unprocessable,
		"bad rows": catalog.Unprocessable, "no end": catalog.Unprocessable, "stalls": catalog.Deadline, "another kind": catalog.Unprocessable,
		"many tables": catalog.Unprocessable, "could not begin": catalog.Internal,
		"dies early": catalog.Busy, "dies in wait": catalog.Busy, "dies with it": catalog.Busy, "good": -1,
	} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			p := foePool(t, part, nil)
			for range 2 {
				rows, err := runAll(t.Context(), p)
				if (err == nil) != (want == -1) || (err != nil && catalog.KindOf(err) != want) {
					t.Fatalf("%d rows, kind %d, want %d: %v", rows, catalog.KindOf(err), want, err)
				}
			}
			p.Close()
			for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
				p.mu.Lock()
				live := len(p.live)
				p.mu.Unlock()
				p.queue.mu.Lock()
				free := p.queue.free
				p.queue.mu.Unlock()
				if live == 0 && free == p.cfg.Running {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("%d processes live, %d places of %d are free", live, free, p.cfg.Running)
				}
			}
		})
	}
}

// TestAnotherTakesIt: a process that dies before it has looked at its statement
// does not show.
func TestAnotherTakesIt(t *testing.T) {
	p := foePool(t, "dies once", func(c *Config) { c.Args = append(c.Args, filepath.Join(t.TempDir(), "died")) })
	for range 2 {
		if rows, err := runAll(t.Context(), p); rows != 1 || err != nil {
			t.Fatalf("%d rows, %v", rows, err)
		}
	}
	if _, err := os.Stat(p.cfg.Args[2]); err != nil {
		t.Errorf("none died: %v", err)
	}
}

// TestNoProcess: where none can be started, clients are told to come back.
func TestNoProcess(t *testing.T) {
	p := foePool(t, "good", func(c *Config) { c.Exe = filepath.Join(t.TempDir(), "nothing") })
	if _, err := runAll(t.Context(), p); catalog.KindOf(err) != catalog.Busy {
		t.Errorf("%v", err)
	}
}

// TestClientGone: a process is killed when nobody waits any more.
func TestClientGone(t *testing.T) {
	p := foePool(t, "stalls", func(c *Config) { c.Time = time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	begin := time.Now()
	if _, err := runAll(ctx, p); err == nil || time.Since(begin) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(begin), err)
	}
}

// TestWarm: processes stand ready, and another one comes for each that is taken.
func TestWarm(t *testing.T) {
	p := foePool(t, "good", func(c *Config) { c.Warm = 2 })
	wait := func() (pids string) {
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			p.mu.Lock()
			n := len(p.warm)
			for _, c := range p.warm {
				pids += fmt.Sprint(c.cmd.Process.Pid, " ")
			}
			p.mu.Unlock()
			if n == 2 {
				return pids
			}
			if pids = ""; time.Now().After(deadline) {
				t.Fatalf("%d stand ready", n)
			}
		}
	}
	first := wait()
	if _, err := runAll(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if second := wait(); second == first {
		t.Errorf("the same processes stand there: %s", second)
	}
}
