package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestServerLetsGo: what a purge on the command line removes is not held open
// by the server that read it, or the disk would keep its bytes.
func TestServerLetsGo(t *testing.T) {
	data := t.TempDir()
	file := writeFile(t, "a.csv", "名称,数量\n甲,1\n乙,2\n")
	must(t, "publish", file, "--data", data, "--dataset", "a", "--department", "civil")
	tok := token(t, data, "civil")
	s := boot(t, data)
	s.get("/api/v1/datasets/a/rows", http.StatusOK)
	if len(held(t, s)) == 0 {
		t.Skip("open files of a process cannot be listed here")
	}
	s.post("/api/v1/datasets/a/versions/1/withdraw", `{"reason":"wrong"}`, http.StatusOK, "Authorization", "Bearer "+tok)
	must(t, "purge", "--data", data, "--dataset", "a", "--version", "1", "--reason", "wrong")
	for deadline := time.Now().Add(5 * letGoEvery); len(held(t, s)) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still open: %v", held(t, s))
		}
	}
	s.get("/api/v1/datasets/a/rows", http.StatusGone)
}

// held lists the version files that a server has open.
func held(t testing.TB, s *server) (paths []string) {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if path, err := os.Readlink(fd); err == nil && strings.Contains(path, "/versions/") && strings.Contains(path, ".duckdb") {
			paths = append(paths, path)
		}
	}
	return paths
}
