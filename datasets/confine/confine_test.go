package confine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gongkai/datasets/confine"
)

// asChild holds, in the process that is confined, a file that it must not reach.
const asChild = "GONGKAI_TEST_CONFINED"

// TestOpenNothing: the process gives up opening files, for good.
func TestOpenNothing(t *testing.T) {
	if os.Getenv(asChild) != "" {
		if confine.OpenNothing() != nil {
			os.Exit(1)
		}
		if _, err := os.Open("/etc/passwd"); err == nil {
			os.Exit(2)
		}
		if _, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0); err == nil {
			os.Exit(3)
		}
		if runtime.GOOS == "linux" {
			if os.Remove(os.Getenv(asChild)) == nil || os.Chmod(os.Getenv(asChild), 0) == nil {
				os.Exit(4)
			}
			if unix.Kill(os.Getppid(), 0) == nil {
				os.Exit(5)
			}
			if _, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{}); err == nil {
				os.Exit(6)
			}
		}
		var work sync.WaitGroup
		for range 50 { // new threads, memory and clocks are still there
			work.Go(func() {
				runtime.LockOSThread()
				_ = make([]byte, 1<<20)
				time.Sleep(time.Millisecond)
			})
		}
		work.Wait()
		runtime.GC()
		os.Exit(0)
	}
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOpenNothing$")
	cmd.Env = append(os.Environ(), asChild+"="+victim)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v %s", err, out)
	}
}

// TestBuildsElsewhere compiles the rules of systems that the tests do not run
// on: the numbers of their calls are constants of the system.
func TestBuildsElsewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles Go's library for other systems")
	}
	for _, system := range []string{"linux/arm64", "darwin/arm64"} {
		goos, arch, _ := strings.Cut(system, "/")
		cmd := exec.Command("go", "build", "-o", os.DevNull, ".")
		cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+arch, "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", system, err, out)
		}
	}
}
