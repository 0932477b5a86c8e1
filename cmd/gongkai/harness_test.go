package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary is the real program, built once for all tests.
var binary string

func TestMain(m *testing.M) { os.Exit(withBinary(m)) }

func withBinary(m *testing.M) int {
	dir, err := os.MkdirTemp("", "gongkai-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "gongkai")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the program:", err)
		return 1
	}
	return m.Run()
}

// gk runs the program and gives what it printed and its exit code.
func gk(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("run gongkai %v: %v", args, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// must runs the program and wants exit code 0.
func must(t testing.TB, args ...string) string {
	t.Helper()
	out, errs, code := gk(t, args...)
	if code != 0 {
		t.Fatalf("gongkai %v: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// server is a running `gongkai serve`.
type server struct {
	t   testing.TB
	cmd *exec.Cmd
	url string
	log *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is the end of the log, as much as somebody reads.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.b.Bytes()
	return string(b[max(0, len(b)-3000):])
}

// boot starts the program on a free port of the loopback and waits until it is ready.
func boot(t testing.TB, data string, args ...string) *server {
	t.Helper()
	s := &server{t: t, log: &lockedBuffer{}}
	s.cmd = exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--log-format", "json"}, args...)...)
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.kill() })
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("the server said nothing: %v\n%s", err, s.log)
	}
	go io.Copy(io.Discard, lines)
	i := strings.Index(first, "http://")
	if i < 0 {
		t.Fatalf("the server's first line names no address: %q", first)
	}
	s.url = strings.TrimSpace(first[i:])
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(s.url + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return s
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server is not ready: %v\n%s", err, s.log)
		}
	}
}

// kill ends the server without warning.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// reply is an answer of the server, body read.
type reply struct {
	*http.Response
	body []byte
}

func (r *reply) json(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		t.Fatalf("%s %s: not JSON: %v\n%.400s", r.Request.Method, r.Request.URL, err, r.body)
	}
}

// do sends a request; headers come in pairs.
func (s *server) do(method, path string, body io.Reader, headers ...string) *reply {
	s.t.Helper()
	url := path
	if strings.HasPrefix(path, "/") {
		url = s.url + path
	}
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v\n%s", method, path, err, s.log)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return &reply{res, b}
}

// get wants a status from a GET.
func (s *server) get(path string, status int, headers ...string) *reply {
	s.t.Helper()
	r := s.do("GET", path, nil, headers...)
	if r.StatusCode != status {
		s.t.Fatalf("GET %s: %d, want %d\n%.800s", path, r.StatusCode, status, r.body)
	}
	return r
}

// upload sends a file as a raw body and gives the upload's URL.
func (s *server) upload(token, dataset, file, query string, status int) *reply {
	s.t.Helper()
	f, err := os.Open(file)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	r := s.do("POST", "/api/v1/datasets/"+dataset+"/uploads"+query, f,
		"Authorization", "Bearer "+token, "Content-Type", "application/octet-stream",
		"Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filepath.Base(file)}))
	if r.StatusCode != status {
		s.t.Fatalf("upload %s: %d, want %d\n%s", file, r.StatusCode, status, r.body)
	}
	return r
}

// uploadState is what the tests need of an upload.
type uploadState struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Problem *struct{ Detail, Fix string }
	Version *struct {
		Number int
		State  string
	}
}

// await polls an upload until its job has ended.
func (s *server) await(token, url string) uploadState {
	s.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var u uploadState
		s.get(url, 200, "Authorization", "Bearer "+token).json(s.t, &u)
		if u.State == "done" || u.State == "failed" || u.State == "cancelled" {
			return u
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("upload %s is still %s\n%s", url, u.State, s.log)
		}
	}
}

// token makes a token for a department; the department must exist.
func token(t testing.TB, data, department string) string {
	t.Helper()
	return strings.TrimSpace(must(t, "token", "create", "--data", data, "--department", department, "--label", "tests"))
}

// writeFile puts a small file into a folder of the test.
func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
