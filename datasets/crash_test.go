package datasets_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// A child is this test binary again, told by its environment what to do.
const (
	childDoes  = "GONGKAI_TEST_CHILD"
	childDir   = "GONGKAI_TEST_DIR"
	childLimit = "GONGKAI_TEST_LIMIT"
)

func child(t *testing.T, does, dir string, limit int) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), childDoes+"="+does, childDir+"="+dir, childLimit+"="+strconv.Itoa(limit))
	return cmd
}

// TestChild is what children run.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	switch os.Getenv(childDoes) {
	case "":
		t.Skip("runs as a child of other tests")
	case "build-for-ever":
		b, err := datasets.NewBuilder(dir, datasets.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("started")
		appendWide(t, b, wideRows(), 1_000_000_000)
	case "seal":
		limit, err := strconv.ParseUint(os.Getenv(childLimit), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		signal.Ignore(unix.SIGXFSZ)
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			t.Fatal(err)
		}
		fmt.Println("outcome:", outcome(tryBuild(dir, 300_000)))
	}
}

// outcome is an error as a word.
func outcome(err error) string {
	switch {
	case err == nil:
		return "sealed"
	case catalog.KindOf(err) == catalog.Full:
		return "full"
	}
	return err.Error()
}

// tryBuild is buildWide for builds that are to fail.
func tryBuild(dir string, n int) error {
	b, err := datasets.NewBuilder(dir, datasets.BuildOptions{})
	if err != nil {
		return err
	}
	defer b.Abort()
	table := wideRows()
	w, err := b.Table(table)
	if err != nil {
		return err
	}
	r := catalog.Record{Values: make([]catalog.Value, len(table.Columns))}
	for i := range n {
		fillWide(&r, i)
		if err := w.Append(&r); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, err = b.Seal(context.Background())
	return err
}

// TestSweepTakesWhatTheDeadLeft kills a builder in the middle; its build is
// held while it lives and swept when it is dead.
func TestSweepTakesWhatTheDeadLeft(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	cmd := child(t, "build-for-ever", h.dir, 0)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "started") {
	}
	time.Sleep(200 * time.Millisecond)
	nothing := func(string) bool { return false }
	if removed, err := h.files.Sweep(context.Background(), nothing); err != nil || len(removed) != 0 {
		t.Errorf("a living build was swept: %v %v", removed, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as it should be
	removed, err := h.files.Sweep(context.Background(), nothing)
	if err != nil || len(removed) != 1 || !strings.HasPrefix(removed[0], "builds/") {
		t.Errorf("swept: %v %v", removed, err)
	}
	left, err := os.ReadDir(filepath.Join(h.dir, "builds"))
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

func TestSweepTakesOrphansAndSparesTheRest(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	known, orphan, young := buildWide(t, h.dir, 10), buildWide(t, h.dir, 11), buildWide(t, h.dir, 12)
	path := func(v *catalog.Version) string { return filepath.Join("versions", v.FileHash+".duckdb") }
	foreign := filepath.Join("versions", "notes.txt")
	lost := filepath.Join("exports", "table1.csv-1.tmp")
	for _, name := range []string{foreign, lost} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(h.dir, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(h.dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-24 * time.Hour)
	for _, name := range []string{path(known), path(orphan), foreign, lost} {
		if err := os.Chtimes(filepath.Join(h.dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	removed, err := h.files.Sweep(context.Background(), func(hash string) bool { return hash == known.FileHash })
	if err != nil || len(removed) != 2 || removed[0] != lost || removed[1] != path(orphan) {
		t.Errorf("removed %v, %v", removed, err)
	}
	for _, name := range []string{path(known), path(young), foreign} {
		if _, err := os.Stat(filepath.Join(h.dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestFileTooLarge lets the kernel refuse to let files grow, at several sizes:
// the build fails with a reason and nothing is left of it.
func TestFileTooLarge(t *testing.T) {
	for _, limit := range []int{100 << 10, 1 << 20, 3 << 20, 1 << 40} {
		t.Run(strconv.Itoa(limit>>10)+"KB", func(t *testing.T) {
			dir := t.TempDir()
			out, err := child(t, "seal", dir, limit).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := "outcome: full"
			if limit > 1<<30 {
				want = "outcome: sealed"
			}
			if !strings.Contains(string(out), want) {
				t.Errorf("want %q in:\n%s", want, out)
			}
			left, err := os.ReadDir(filepath.Join(dir, "builds"))
			if err != nil || len(left) != 0 {
				t.Errorf("left: %v %v", left, err)
			}
		})
	}
}

// TestDiskFull fills a small file system: builds and exports fail as Full and
// leave nothing, reads go on, and with space again everything works again.
func TestDiskFull(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	small := filepath.Join(h.dir, "small")
	if err := os.Mkdir(small, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("none", small, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("a tmpfs cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(small, unix.MNT_DETACH) })
	files, err := datasets.Open(datasets.Config{Dir: small})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	v := buildWide(t, small, 30_000)
	h.add(t, h.dataset(t, "wide"), datasets.Sealed{FileHash: v.FileHash, ContentHash: v.ContentHash, Bytes: v.Bytes, Rows: v.Rows}, v.Tables, true)
	lib := datasets.NewLibrary(h.catalog, files)
	ref, err := lib.Table(context.Background(), public, "wide", "", "")
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(small, "ballast")
	fill(t, ballast)
	if got := outcome(tryBuild(small, 300_000)); got != "full" {
		t.Errorf("a build on a full disk: %s", got)
	}
	for _, f := range []export.Format{export.CSV, export.Parquet, export.XLSX} {
		if _, err := lib.Export(context.Background(), ref, f); outcome(err) != "full" {
			t.Errorf("%s on a full disk: %v", f, err)
		}
	}
	if p, err := lib.Page(context.Background(), ref, query.Request{Where: "district = 'district-7'"}); err != nil || len(p.Rows) != 100 {
		t.Errorf("reading on a full disk: %v", err)
	}
	for _, folder := range []string{"builds", filepath.Join("exports", ref.Version.ContentHash)} {
		left, err := os.ReadDir(filepath.Join(small, folder))
		if err != nil && !errors.Is(err, os.ErrNotExist) || len(left) != 0 {
			t.Errorf("left in %s: %v %v", folder, left, err)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if got := outcome(tryBuild(small, 10_000)); got != "sealed" {
		t.Errorf("a build with space again: %s", got)
	}
	for _, f := range []export.Format{export.Parquet, export.CSV} {
		if _, err := lib.Export(context.Background(), ref, f); err != nil {
			t.Errorf("%s with space again: %v", f, err)
		}
	}
}

// fill writes until nothing more goes in.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}
