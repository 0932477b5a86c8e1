package ingest_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/ingest"
)

// script makes a program that stands for the child: the tests of the real
// program have the real one. It notes every run.
func script(t *testing.T, body string) (exe string, runs func() int) {
	t.Helper()
	dir := t.TempDir()
	exe = filepath.Join(dir, "child")
	text := "#!/bin/sh\necho run >> " + dir + "/runs\nread order\n" + body + "\n"
	if err := os.WriteFile(exe, []byte(text), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	return exe, func() int {
		b, err := os.ReadFile(filepath.Join(dir, "runs"))
		if err != nil {
			return 0
		}
		return strings.Count(string(b), "run")
	}
}

const writes = `out=$(echo "$order" | sed 's/.*"Out":"\([^"]*\)".*/\1/')
sleep 0.3
echo workbook > "$out"
echo '{"marked":{"Macros":MACROS,"Marked":1}}'`

func annotator(t *testing.T, exe string) (*ingest.Annotator, string) {
	t.Helper()
	data := t.TempDir()
	blobs, err := ingest.NewBlobs(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ingest.NewAnnotator(ingest.AnnotatorConfig{Blobs: blobs, Data: data, Exe: exe, Waiting: 2, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a, data
}

func TestAnnotatedOnce(t *testing.T) {
	exe, runs := script(t, strings.Replace(writes, "MACROS", "false", 1))
	a, data := annotator(t, exe)
	up := &catalog.Upload{ID: "u", Blob: "b", Filename: "x.xlsx"}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if path, err := a.File(t.Context(), up, nil, catalog.ZH); err != nil || filepath.Ext(path) != ".xlsx" {
				t.Errorf("%q %v", path, err)
			}
		})
	}
	wait.Wait()
	if n := runs(); n != 1 {
		t.Errorf("made %d times", n)
	}
	// Who gives up loses nothing for those who come later.
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := a.File(ctx, up, nil, catalog.EN); err == nil {
		t.Error("it did not wait")
	}
	if _, err := a.File(t.Context(), up, nil, catalog.EN); err != nil || runs() != 2 {
		t.Errorf("%v, made %d times", err, runs())
	}
	// More than may wait are told to come again.
	var busy, made int
	var mu sync.Mutex
	for i := range 6 {
		other := &catalog.Upload{ID: "o", Blob: strings.Repeat("c", i+1)}
		wait.Go(func() {
			_, err := a.File(t.Context(), other, nil, catalog.ZH)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case catalog.KindOf(err) == catalog.Busy:
				busy++
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if made != 3 || busy != 3 {
		t.Errorf("%d made, %d busy", made, busy)
	}
	if err := a.Sweep(time.Hour, func(blob string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(filepath.Join(data, "annotated")); len(files) != 5 {
		t.Errorf("kept %v", files)
	}
	if err := a.Sweep(0, func(blob string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(filepath.Join(data, "annotated")); len(files) != 0 {
		t.Errorf("kept %v", files)
	}
}

func TestAnnotatedEnds(t *testing.T) {
	up := &catalog.Upload{ID: "u", Blob: "b"}
	for _, c := range []struct {
		name, body string
		kind       catalog.Kind
		says       string
	}{
		{"refused", `echo '{"refused":{"code":"file-encrypted"}}'`, catalog.Unprocessable, "file-encrypted"},
		{"too slow", "exit 18", catalog.Unprocessable, "job-limit-time"},
		{"too large", "echo 'fatal error: runtime: out of memory' >&2; exit 2", catalog.Unprocessable, "job-limit-memory"},
		{"dead", "kill -9 $$", catalog.Unprocessable, "job-broken"},
		{"failed", `echo '{"failed":{"kind":1,"message":"secret"}}'`, 1, "could not be made"},
	} {
		t.Run(c.name, func(t *testing.T) {
			exe, _ := script(t, c.body)
			a, data := annotator(t, exe)
			_, err := a.File(t.Context(), up, nil, catalog.ZH)
			if err == nil || catalog.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v (kind %v)", err, catalog.KindOf(err))
			}
			if files, _ := os.ReadDir(filepath.Join(data, "annotated")); len(files) != 0 {
				t.Errorf("left %v", files)
			}
		})
	}
	exe, _ := script(t, strings.Replace(writes, "MACROS", "true", 1))
	a, _ := annotator(t, exe)
	if path, err := a.File(t.Context(), up, nil, catalog.ZH); err != nil || filepath.Ext(path) != ".xlsm" {
		t.Errorf("%q %v", path, err)
	}
}
