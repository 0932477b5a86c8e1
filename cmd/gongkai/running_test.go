package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestJobsDieAlone lets a job run into each of its limits: its state says why,
// its upload stays, the server goes on and the next job runs.
func TestJobsDieAlone(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	secret := token(t, data, "office")
	for i, c := range []struct {
		name, flag, value, says string
		rows                    int
	}{
		{"memory", "--job-memory", "250000000", "内存", 3_000_000},
		{"wall time", "--job-time", "300ms", "时间", 3_000_001},
		{"processor time", "--job-cpu", "1s", "处理器时间", 9_000_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := boot(t, data, c.flag, c.value)
			defer s.kill()
			big := filepath.Join(t.TempDir(), "big.csv")
			if err := os.WriteFile(big, crashTable(i, c.rows), 0o600); err != nil {
				t.Fatal(err)
			}
			where := strings.TrimPrefix(s.upload(secret, "d", big, "", 202).Header.Get("Location"), s.url)
			u := s.await(secret, where)
			if u.State != "failed" || u.Problem == nil || !strings.Contains(u.Problem.Detail, c.says) {
				t.Errorf("%s: %+v %+v\n%s", u.State, u.Problem, u.Version, s.log)
			}
			content, err := os.ReadFile(big)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(content)
			if kept, err := os.Stat(filepath.Join(data, "uploads", hex.EncodeToString(sum[:]))); err != nil || kept.Size() != int64(len(content)) {
				t.Errorf("the upload is not there any more: %v", err)
			}
			s.get("/api/v1/datasets/d/rows", 200)
			small := writeFile(t, "small.csv", fmt.Sprintf("编号,数量\n1,%d\n", i+10))
			if u := s.await(secret, strings.TrimPrefix(s.upload(secret, "d", small, "", 202).Header.Get("Location"), s.url)); u.State != "done" {
				t.Errorf("the next job: %+v %+v\n%s", u, u.Problem, s.log)
			}
			if c.name != "memory" {
				return
			}
			// With the usual limits the same upload, which was kept, goes through.
			s.kill()
			s = boot(t, data)
			defer s.kill()
			if r := s.do("POST", where+"/retry", nil, "Authorization", "Bearer "+secret); r.StatusCode != 202 && r.StatusCode != 200 {
				t.Fatalf("retry: %d %s", r.StatusCode, r.body)
			}
			if u := s.await(secret, where); u.State != "done" {
				t.Errorf("after the retry: %+v %+v\n%s", u, u.Problem, s.log)
			}
		})
	}
}

// TestCancel ends a job while it runs.
func TestCancel(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	secret := token(t, data, "office")
	s := boot(t, data)
	big := filepath.Join(t.TempDir(), "big.csv")
	if err := os.WriteFile(big, crashTable(7, 3_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	where := strings.TrimPrefix(s.upload(secret, "d", big, "", 202).Header.Get("Location"), s.url)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var u uploadState
		s.get(where, 200, "Authorization", "Bearer "+secret).json(t, &u)
		if u.State == "running" {
			break
		}
	}
	if r := s.do("POST", where+"/cancel", nil, "Authorization", "Bearer "+secret); r.StatusCode != 202 && r.StatusCode != 200 {
		t.Fatalf("cancel: %d %s", r.StatusCode, r.body)
	}
	if u := s.await(secret, where); u.State != "cancelled" || u.Version != nil {
		t.Errorf("%+v", u)
	}
	for deadline := time.Now().Add(3 * time.Second); len(readersOf(s.cmd.Process.Pid)) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the child of a cancelled job still runs")
		}
	}
}

// TestShutdownFinishesDownloads asks the server to stop in the middle of a
// slow download, which must arrive whole.
func TestShutdownFinishesDownloads(t *testing.T) {
	data := t.TempDir()
	big := filepath.Join(t.TempDir(), "big.csv")
	if err := os.WriteFile(big, crashTable(3, 400_000), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "publish", big, "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	s := boot(t, data)
	res, err := http.Get(s.url + "/api/v1/datasets/d/export.ndjson?where=" + "shuliang%20%3D%203")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadFull(res.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	rest, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("the download broke off: %v", err)
	}
	if n := strings.Count(string(rest), "\n"); n < 399_000 {
		t.Errorf("%d lines", n)
	}
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("the server ended with %v\n%s", err, s.log)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server did not end")
	}
}

// TestDiskFull runs the server on a small disk of its own and fills it.
func TestDiskFull(t *testing.T) {
	data := t.TempDir()
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v); run as root to test a full one", err)
	}
	t.Cleanup(func() { syscall.Unmount(data, syscall.MNT_DETACH) })
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	secret := token(t, data, "office")
	s := boot(t, data, "--prepare=false") // so that nothing else takes room
	fill := filepath.Join(data, "fill")
	fillDisk(t, fill, 0)
	csv := writeFile(t, "next.csv", "编号,数量\n"+strings.Repeat("1,2\n", 20_000))
	if r := s.upload(secret, "d", csv, "", 507); !strings.Contains(string(r.body), "room") {
		t.Errorf("507 without its reason: %s", r.body)
	}
	wantReads(t, s)

	// Room for the upload, not for the version: the job fails and says why.
	fillDisk(t, fill, 700<<10)
	where := strings.TrimPrefix(s.upload(secret, "d", csv, "", 202).Header.Get("Location"), s.url)
	u := s.await(secret, where)
	if u.State != "failed" || u.Problem == nil || u.Problem.Fix == "" {
		t.Errorf("%+v %+v\n%s", u, u.Problem, s.log)
	}
	wantReads(t, s)

	// Room again: it works without a restart.
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	if r := s.do("POST", where+"/retry", nil, "Authorization", "Bearer "+secret); r.StatusCode != 202 && r.StatusCode != 200 {
		t.Fatalf("retry: %d %s", r.StatusCode, r.body)
	}
	if u := s.await(secret, where); u.State != "done" {
		t.Errorf("after room was made: %+v %+v\n%s", u, u.Problem, s.log)
	}
	s.kill()
	must(t, "verify", "--data", data)
}

func wantReads(t *testing.T, s *server) {
	t.Helper()
	var page struct{ Data []any }
	s.get("/api/v1/datasets/d/rows", 200).json(t, &page)
	if len(page.Data) != 1 {
		t.Errorf("reading: %v", page.Data)
	}
	s.get("/zh/datasets/d", 200)
}

// fillDisk fills the disk but for leave bytes.
func fillDisk(t *testing.T, path string, leave int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	// The server writes to its catalogue meanwhile, so what is free may be less a moment later.
	for range 20 {
		var st syscall.Statfs_t
		if err := syscall.Statfs(filepath.Dir(path), &st); err != nil {
			t.Fatal(err)
		}
		size := info.Size() + int64(st.Bavail)*st.Bsize - leave
		if size < info.Size() {
			err = f.Truncate(size)
		} else {
			err = syscall.Fallocate(int(f.Fd()), 0, 0, size)
		}
		if err == nil {
			return
		}
	}
	t.Fatalf("fill the disk: %v", err)
}
