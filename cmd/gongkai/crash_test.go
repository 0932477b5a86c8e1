package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestCrash kills the server with SIGKILL at random moments of upload, ingest
// and publish, and wants after each: every acknowledged upload is there, what
// is published is a whole old or new version, verify finds nothing, no child
// outlives the server by two seconds, nothing is published twice, and the next
// server is ready within five seconds.
func TestCrash(t *testing.T) {
	kills := 50
	switch {
	case testing.Short():
		kills = 4
	case os.Getenv("GONGKAI_SOAK") != "":
		kills = 500
	}
	data := t.TempDir()
	must(t, "publish", writeFile(t, "seed.csv", "编号,数量\n0,0\n"), "--data", data, "--dataset", "crash", "--department", "office", "--quiet")
	secret := token(t, data, "office")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))

	acknowledged := map[string]int{} // upload URL -> its marker
	for n := 1; n <= kills; n++ {
		started := time.Now()
		s := boot(t, data)
		if took := time.Since(started); took > 5*time.Second {
			t.Fatalf("kill %d: ready after %v", n, took)
		}
		file := filepath.Join(t.TempDir(), "big.csv")
		if err := os.WriteFile(file, crashTable(n, 20_000), 0o600); err != nil {
			t.Fatal(err)
		}
		acked := make(chan string, 1)
		go func() { acked <- tryUpload(s.url, secret, file) }()
		time.Sleep(time.Duration(rng.IntN(900)) * time.Millisecond)
		children := childrenOf(s.cmd.Process.Pid)
		s.kill()
		if url := <-acked; url != "" {
			acknowledged[url] = n
		}
		wantGone(t, children)
		if out, errs, code := gk(t, "verify", "--data", data); code != 0 {
			t.Fatalf("kill %d: verify: exit %d\n%s%s", n, code, out, errs)
		}
	}

	s := boot(t, data)
	for url, n := range acknowledged {
		if u := s.await(secret, url); u.State != "done" {
			t.Errorf("acknowledged upload %d ended as %s: %+v\n%s", n, u.State, u, s.log)
		}
	}
	wantEachOnce(t, s, acknowledged)
	must(t, "verify", "--data", data)
	t.Logf("%d kills, %d uploads acknowledged", kills, len(acknowledged))
}

// crashTable is a table whose every row carries the marker n.
func crashTable(n, rows int) []byte {
	var b strings.Builder
	b.WriteString("编号,数量\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d\n", i, n)
	}
	return []byte(b.String())
}

// tryUpload gives the URL of an acknowledged upload, "" where the server died first.
func tryUpload(base, secret, file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	req, err := http.NewRequest("POST", base+"/api/v1/datasets/crash/uploads?publish=true&acknowledge=true", f)
	if err != nil {
		return ""
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("Content-Type", "text/csv")
	req.Header.Set("Content-Disposition", "attachment; filename=big.csv")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		return ""
	}
	// The Location is what the client was promised; the body may still be cut off.
	return strings.TrimPrefix(res.Header.Get("Location"), base)
}

// childrenOf lists the processes that a process started.
func childrenOf(pid int) []int {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	var out []int
	if err == nil {
		for _, f := range strings.Fields(string(raw)) {
			if id, err := strconv.Atoi(f); err == nil {
				out = append(out, id)
			}
		}
	}
	// The thread that forked may be another than the first.
	more, err := exec.Command("pgrep", "-P", strconv.Itoa(pid)).Output()
	if err == nil {
		for _, f := range strings.Fields(string(more)) {
			if id, err := strconv.Atoi(f); err == nil {
				out = append(out, id)
			}
		}
	}
	return out
}

// readersOf lists those of them that read uploads; others stand ready for SQL.
func readersOf(pid int) []int {
	return slices.DeleteFunc(childrenOf(pid), func(child int) bool {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		return err != nil || !bytes.Contains(line, []byte("ingest"))
	})
}

func wantGone(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Second)
	for _, pid := range pids {
		for {
			raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			if err != nil || !strings.Contains(string(raw), "worker") {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("child %d outlived its server by two seconds", pid)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// wantEachOnce reads every version back: each acknowledged upload made exactly
// one version, whose rows are all its own.
func wantEachOnce(t *testing.T, s *server, acknowledged map[string]int) {
	t.Helper()
	var list struct {
		Data []struct {
			Number int    `json:"number"`
			State  string `json:"state"`
		} `json:"data"`
	}
	s.get("/api/v1/datasets/crash/versions", 200).json(t, &list)
	seen := map[int]int{}
	published := 0
	for _, v := range list.Data {
		if v.State == "published" {
			published++
		}
		var page struct {
			Data []map[string]json.Number `json:"data"`
		}
		s.get(fmt.Sprintf("/api/v1/datasets/crash/rows?version=%d&limit=10000", v.Number), 200).json(t, &page)
		marker := -1
		for _, row := range page.Data {
			m, err := strconv.Atoi(row["shuliang"].String())
			if err != nil {
				t.Fatalf("version %d: a row without its marker: %v", v.Number, row)
			}
			if marker >= 0 && m != marker {
				t.Fatalf("version %d mixes the rows of uploads %d and %d", v.Number, marker, m)
			}
			marker = m
		}
		seen[marker]++
	}
	if published != 1 {
		t.Errorf("%d versions are published, want 1", published)
	}
	for _, n := range acknowledged {
		if seen[n] != 1 {
			t.Errorf("upload %d made %d versions, want 1", n, seen[n])
		}
	}
}
