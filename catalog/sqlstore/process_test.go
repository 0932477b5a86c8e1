package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
)

// The tests below need several processes: the test binary starts itself with
// the name of what to do in childTask and its arguments after it.
const childTask = "GONGKAI_TEST_TASK"

func TestMain(m *testing.M) {
	task := os.Getenv(childTask)
	if task == "" {
		os.Exit(m.Run())
	}
	tasks := map[string]func(context.Context, *sqlstore.Store) error{
		"claim": claimAll, "write": writeForever, "fill": fillTheDisk,
	}
	ctx := context.Background()
	s, err := sqlstore.Open(ctx, sqlstore.Config{Path: os.Args[1]})
	if err == nil {
		err = tasks[task](ctx, s)
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child starts a process over the catalogue at path; read its lines from out.
func child(t *testing.T, task, path string) (cmd *exec.Cmd, out io.Reader) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0], path)
	cmd.Env = append(os.Environ(), childTask+"="+task)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// queue makes a dataset with n jobs queued.
func queue(t *testing.T, s *sqlstore.Store, n int) {
	t.Helper()
	ctx := t.Context()
	dep := catalog.Department{Slug: "department", Level: catalog.LevelBureau}
	if err := s.CreateDepartment(ctx, &dep); err != nil {
		t.Fatal(err)
	}
	d := catalog.Dataset{Slug: "dataset", Department: dep.ID, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}
	if err := s.CreateDataset(ctx, &d); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		u := catalog.Upload{Dataset: d.ID, Blob: strconv.Itoa(i)}
		if _, err := s.CreateUpload(ctx, &u, &catalog.PublishIntent{By: "x"}); err != nil {
			t.Fatal(err)
		}
	}
}

// claimAll claims, publishes and prints jobs until none is left.
func claimAll(ctx context.Context, s *sqlstore.Store) error {
	for {
		j, err := s.ClaimJob(ctx, strconv.Itoa(os.Getpid()), time.Minute, 0)
		if err != nil || j == nil {
			return err
		}
		v, err := s.CommitDraft(ctx, j.ID, j.Attempt, catalog.NewVersion{})
		if err != nil {
			return err
		}
		fmt.Println(j.ID, v.Number, v.State)
	}
}

func TestProcessesShareJobs(t *testing.T) {
	const jobs, processes = 60, 4
	path := filepath.Join(t.TempDir(), "catalogue.db")
	s := open(t, path)
	queue(t, s, jobs)
	var cmds []*exec.Cmd
	var outs []io.Reader
	for range processes {
		cmd, out := child(t, "claim", path)
		cmds, outs = append(cmds, cmd), append(outs, out)
	}
	seen := map[string]bool{}
	for i, out := range outs {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if seen[lines.Text()] || !strings.HasSuffix(lines.Text(), "published") {
				t.Errorf("process %d: %s", i, lines.Text())
			}
			seen[lines.Text()] = true
		}
		if err := cmds[i].Wait(); err != nil {
			t.Errorf("process %d: %v", i, err)
		}
	}
	versions, err := s.AllVersions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	published := slices.DeleteFunc(slices.Clone(versions), func(v catalog.Version) bool { return v.State != catalog.Published })
	if len(seen) != jobs || len(versions) != jobs || len(published) != 1 || published[0].Number != jobs {
		t.Errorf("%d jobs were done, %d versions made, published %v; want %d", len(seen), len(versions), published, jobs)
	}
}

func TestProcessesOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalogue.db")
	var cmds []*exec.Cmd
	for range 6 {
		cmd, _ := child(t, "claim", path)
		cmds = append(cmds, cmd)
	}
	for _, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	open(t, path)
}

// writeForever adds numbered events and prints each after it was acknowledged.
func writeForever(ctx context.Context, s *sqlstore.Store) error {
	for i := 0; ; i++ {
		if err := s.AddEvent(ctx, catalog.Event{Action: strconv.Itoa(i), Object: strconv.Itoa(os.Getpid())}); err != nil {
			return err
		}
		fmt.Println(i)
	}
}

// TestKilledProcess kills writers and wants every acknowledged write to be there.
func TestKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalogue.db")
	s := open(t, path)
	for round := range 8 {
		cmd, out := child(t, "write", path)
		lines, last := bufio.NewScanner(out), -1
		for lines.Scan() {
			last, _ = strconv.Atoi(lines.Text())
			if last == 5+17*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the writer was not killed")
		}
		events, err := s.ListEvents(t.Context(), 0, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		kept := map[string]bool{}
		for _, e := range events {
			if e.Object == strconv.Itoa(cmd.Process.Pid) {
				kept[e.Action] = true
			}
		}
		for i := range last + 1 {
			if !kept[strconv.Itoa(i)] {
				t.Fatalf("event %d was acknowledged and is gone", i)
			}
		}
		if len(kept) > last+2 {
			t.Fatalf("%d events, %d were acknowledged", len(kept), last+1)
		}
	}
	if err := s.AddEvent(t.Context(), catalog.Event{Action: "after"}); err != nil {
		t.Fatal(err)
	}
}

// fillTheDisk meets the end of the disk, which a limit on file sizes plays,
// and goes on when there is room again.
func fillTheDisk(ctx context.Context, s *sqlstore.Store) error {
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	room := func(bytes uint64) error {
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max})
	}
	if err := room(1 << 20); err != nil {
		return err
	}
	event := catalog.Event{Action: "fill", Details: map[string]string{"text": strings.Repeat("x", 1<<16)}}
	acknowledged := 0
	for ; ; acknowledged++ {
		err := s.AddEvent(ctx, event)
		if err == nil && acknowledged < 100 {
			continue
		}
		if catalog.KindOf(err) != catalog.Full {
			return fmt.Errorf("after %d events: error %w, want kind Full", acknowledged, err)
		}
		break
	}
	for range 3 {
		if err := s.AddEvent(ctx, event); catalog.KindOf(err) != catalog.Full {
			return fmt.Errorf("once more: error %w, want kind Full", err)
		}
		if events, err := s.ListEvents(ctx, 0, 1000); err != nil || len(events) != acknowledged {
			return fmt.Errorf("%d events can be read, want %d: %w", len(events), acknowledged, err)
		}
		if err := room(1 << 18); err != nil {
			return err
		}
		if err := s.Backup(ctx, os.Args[1]+".copy"); catalog.KindOf(err) != catalog.Full {
			return fmt.Errorf("backup: error %w, want kind Full", err)
		}
	}
	if err := room(was.Cur); err != nil {
		return err
	}
	if err := s.AddEvent(ctx, event); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	events, err := s.ListEvents(ctx, 0, 1000)
	if err != nil || len(events) != acknowledged+1 {
		return fmt.Errorf("%d events in the end, want %d: %w", len(events), acknowledged+1, err)
	}
	return s.Backup(ctx, os.Args[1]+".copy")
}

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	cmd, _ := child(t, "fill", filepath.Join(dir, "catalogue.db"))
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.part")); err != nil || len(left) > 0 {
		t.Errorf("failed backups left %v (%v)", left, err)
	}
}
