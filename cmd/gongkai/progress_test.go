package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gongkai/catalog"
)

// phases is a job as its progress is told.
var phases = []catalog.Progress{
	{Phase: "read", Share: 0.1}, {Phase: "read", Share: 0.4}, {Phase: "infer", Share: 0.6}, {Phase: "build", Share: 0.9},
}

// TestProgressLines wants one line a phase where nobody watches a terminal.
func TestProgressLines(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, "fees.xlsx", false)
	for _, now := range phases {
		p.set(now)
	}
	p.end()
	if want := "fees.xlsx: read\nfees.xlsx: infer\nfees.xlsx: build\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	out.Reset()
	p = newProgress(&out, "fees.xlsx", true)
	p.set(phases[0])
	if p.end(); out.Len() > 0 {
		t.Errorf("quiet, and yet %q", out.String())
	}
}

// TestProgressBar wants a bar with the file and a share on a terminal.
func TestProgressBar(t *testing.T) {
	master, terminal := openTerminal(t)
	screen := &lockedBuffer{}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			screen.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	p := newProgress(terminal, "fees.xlsx", false)
	for _, now := range phases {
		p.set(now)
		time.Sleep(200 * time.Millisecond) // bars are drawn a few times a second
	}
	shown := screen.String()
	p.end()
	for _, want := range []string{"fees.xlsx", "build", "%", "["} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q on the terminal: %q", want, shown)
		}
	}
	if strings.Contains(shown, "fees.xlsx: build\n") {
		t.Errorf("plain lines on a terminal: %q", shown)
	}
}

// openTerminal makes a pseudo terminal; see pts(4).
func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo terminal can be made here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 100}); err != nil {
		t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Skipf("no pseudo terminal can be opened here: %v", err)
	}
	t.Cleanup(func() { terminal.Close() })
	return master, terminal
}
