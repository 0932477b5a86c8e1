package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// shared publishes a table of so many rows as the dataset "shared" of a new data folder.
func shared(t *testing.T, rows int) (data string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("编号,区,数量,备注\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,城%d区,%d.5,这一行的备注写得比较长，好让文件大一些 %d\n", i, i%7, i*3, i)
	}
	data = t.TempDir()
	must(t, "publish", writeFile(t, "shared.csv", b.String()), "--data", data, "--dataset", "shared", "--department", "office", "--quiet")
	return data
}

// stop ends the server in order.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Fatalf("stop: %v\n%s", err, s.log)
	}
}

// as asks on behalf of an address, as a proxy on this machine does.
func (s *server) as(address, path string, headers ...string) *reply {
	return s.do("GET", path, nil, append(headers, "X-Forwarded-For", address)...)
}

// TestCitationsOutliveKills kills the server as soon as a citation is
// acknowledged; the next server knows it, and its rows have the hash.
func TestCitationsOutliveKills(t *testing.T) {
	data := shared(t, 500)
	type cited struct {
		ID, SHA256 string
		CSV        string `json:"csv_url"`
	}
	var all []cited
	for n := range 6 {
		s := boot(t, data)
		body := fmt.Sprintf(`{"dataset": "shared", "query": {"where": "bianhao >= %d", "order_by": "shuliang desc"}}`, n*10)
		r := s.do("POST", "/api/v1/citations", strings.NewReader(body), "Content-Type", "application/json")
		s.kill()
		if r.StatusCode != http.StatusCreated {
			t.Fatalf("%d %s", r.StatusCode, r.body)
		}
		var c cited
		r.json(t, &c)
		all = append(all, c)
	}
	s := boot(t, data)
	for _, c := range all {
		rows := s.get("/c/"+c.ID+".csv", http.StatusOK)
		sum := sha256.Sum256(rows.body)
		if hex.EncodeToString(sum[:]) != c.SHA256 {
			t.Errorf("citation %s gives other rows", c.ID)
		}
		for _, form := range []string{"", ".json", ".bib", ".ris"} {
			s.get("/c/"+c.ID+form, http.StatusOK)
		}
	}
	page := s.get("/c/"+all[0].ID, http.StatusOK, "Accept", "text/html", "Accept-Language", "zh")
	if text := string(page.body); !strings.Contains(text, all[0].SHA256) || strings.Contains(text, "整张数据表") {
		t.Errorf("%.2000s", text)
	}
	missing := s.get("/c/nothing", http.StatusNotFound, "Accept", "text/html")
	if !strings.Contains(missing.Header.Get("Content-Type"), "text/html") {
		t.Errorf("who opens a wrong address in a browser gets %s", missing.Header.Get("Content-Type"))
	}
}

// TestWholeTableIsSaidOnce looks at the page of a citation of a whole table.
func TestWholeTableIsSaidOnce(t *testing.T) {
	s := boot(t, shared(t, 5))
	r := s.do("POST", "/api/v1/citations", strings.NewReader(`{"dataset": "shared"}`), "Content-Type", "application/json")
	var c struct{ ID string }
	r.json(t, &c)
	for lang, words := range map[string][2]string{"zh": {"整张数据表", "全部行"}, "en": {"The whole table", "All rows"}} {
		text := string(s.get("/c/"+c.ID, http.StatusOK, "Accept", "text/html", "Accept-Language", lang).body)
		if strings.Count(text, words[0]) != 1 || strings.Contains(text, words[1]) {
			t.Errorf("%s: %d times %s, %d times %s", lang, strings.Count(text, words[0]), words[0], strings.Count(text, words[1]), words[1])
		}
	}
}

// TestTrustedProxies starts the program with each way to say who is believed.
func TestTrustedProxies(t *testing.T) {
	data := shared(t, 5)
	two := func(s *server) (first, second int) {
		defer s.kill()
		return s.as("192.0.2.1", "/api/v1").StatusCode, s.as("192.0.2.2", "/api/v1").StatusCode
	}
	if a, b := two(boot(t, data, "--quota", "1")); a != 200 || b != 200 {
		t.Errorf("by default the machine itself is believed: %d, %d", a, b)
	}
	if a, b := two(boot(t, data, "--quota", "1", "--trusted-proxies", "10.0.0.0/8")); a != 200 || b != 429 {
		t.Errorf("only 10.0.0.0/8 is believed: %d, %d", a, b)
	}
	t.Setenv(proxiesVariable, "10.0.0.0/8, 192.168.0.0/16")
	if a, b := two(boot(t, data, "--quota", "1")); a != 200 || b != 429 {
		t.Errorf("the environment is not heard: %d, %d", a, b)
	}
	if a, b := two(boot(t, data, "--quota", "1", "--trusted-proxies", "127.0.0.1")); a != 200 || b != 200 {
		t.Errorf("the flag does not go before the environment: %d, %d", a, b)
	}
	if _, errs, code := gk(t, "serve", "--data", data, "--trusted-proxies", "nginx"); code != exitUsage || !strings.Contains(errs, "--trusted-proxies") {
		t.Errorf("exit %d, %s", code, errs)
	}
	// Behind two proxies, of which the outer one has a private address.
	s := boot(t, data, "--quota", "2", "--trusted-proxies", "127.0.0.0/8,::1,10.0.0.0/8")
	for i, want := range []int{200, 200, 429} {
		forwarded := fmt.Sprintf("198.51.100.%d, 2001:db8:1:2::%x, 10.0.0.7", i, i+1)
		if r := s.as(forwarded, "/api/v1"); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", forwarded, r.StatusCode, want)
		}
	}
}

// TestManyAddresses: thousands of clients each have their share, one that takes
// more is told to wait and may go on when it has; what watches the server is
// never told so, and the server does not grow.
func TestManyAddresses(t *testing.T) {
	data := shared(t, 50)
	s := boot(t, data, "--quota", "60", "--key-quota", "200")
	key := strings.TrimSpace(must(t, "token", "create", "--data", data, "--reader", "--label", "institute"))
	const path = "/api/v1/datasets/shared/rows?limit=1"
	greedy := 0
	var last *reply
	for range 70 {
		if last = s.as("203.0.113.5", path); last.StatusCode == http.StatusTooManyRequests {
			greedy++
		}
	}
	if greedy < 5 || greedy > 10 {
		t.Errorf("%d of 70 requests are refused, about 10 are wanted", greedy)
	}
	if last.Header.Get("RateLimit-Policy") != `"public";q=60;w=60` || !strings.HasPrefix(last.Header.Get("RateLimit"), `"public";r=0;t=`) {
		t.Errorf("%s; %s", last.Header.Get("RateLimit-Policy"), last.Header.Get("RateLimit"))
	}
	for range 70 {
		if r := s.as("203.0.113.5", path, "Authorization", "Bearer "+key); r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("RateLimit-Policy"), `"key";q=200`) {
			t.Fatalf("with a key: %d, %s", r.StatusCode, r.Header.Get("RateLimit-Policy"))
		}
	}
	for _, free := range []string{"/healthz", "/readyz", "/metrics"} {
		if r := s.as("203.0.113.5", free); r.StatusCode != 200 {
			t.Errorf("%s: %d", free, r.StatusCode)
		}
	}
	refused := s.as("203.0.113.5", "/zh/", "Accept", "text/html")
	if refused.StatusCode == 429 && (!strings.Contains(string(refused.body), "<html") || refused.Header.Get("Retry-After") == "") {
		t.Errorf("people are refused with %.300s", refused.body)
	}
	for {
		last = s.as("203.0.113.5", path)
		if last.StatusCode == 429 {
			break
		}
	}
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	if err != nil || wait > 2 {
		t.Fatalf("Retry-After %q", last.Header.Get("Retry-After"))
	}
	time.Sleep(time.Duration(wait) * time.Second)
	if r := s.as("203.0.113.5", path); r.StatusCode != 200 {
		t.Errorf("waited %d s for nothing: %d", wait, r.StatusCode)
	}

	crowded := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer crowded.CloseIdleConnections()
	visit := func(from, to int) {
		var wg sync.WaitGroup
		for part := range 8 {
			wg.Go(func() {
				for i := from + part; i < to; i += 8 {
					req, err := http.NewRequest("GET", s.url+"/api/v1", nil)
					if err != nil {
						t.Error(err)
						return
					}
					req.Header.Set("X-Forwarded-For", fmt.Sprintf("11.%d.%d.%d", i>>16&255, i>>8&255, i&255))
					res, err := crowded.Do(req)
					if err != nil {
						t.Error(err)
						return
					}
					io.Copy(io.Discard, res.Body)
					res.Body.Close()
					if res.StatusCode != http.StatusOK {
						t.Errorf("client %d: %d", i, res.StatusCode)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	visit(0, 5_000)
	before := statusKB(t, s.cmd.Process.Pid, "VmRSS")
	visit(5_000, 30_000)
	grown := (statusKB(t, s.cmd.Process.Pid, "VmRSS") - before) / 1024
	t.Logf("25,000 clients more: %d MB", grown)
	if grown > 40 {
		t.Errorf("25,000 clients more make the server grow by %d MB", grown)
	}
}

// TestSlowReaders opens downloads and pages and reads nothing of them: the
// server does not fill up and goes on answering others, and one client holds no
// more than it may.
func TestSlowReaders(t *testing.T) {
	data := shared(t, 200_000)
	s := boot(t, data, "--quota-at-once", "4")
	// What everybody asks for is made before, and memory is what it will be.
	for range 3 {
		s.get("/api/v1/datasets/shared/rows?limit=10000", http.StatusOK)
		s.get("/api/v1/datasets/shared/export.csv?where=bianhao%3E1", http.StatusOK)
	}
	before := statusKB(t, s.cmd.Process.Pid, "VmRSS")
	at := strings.TrimPrefix(s.url, "http://")
	for i := range 24 {
		path := fmt.Sprintf("/api/v1/datasets/shared/export.csv?where=%s", url.QueryEscape(fmt.Sprintf("bianhao >= %d", i)))
		switch i % 3 {
		case 1:
			path = "/api/v1/datasets/shared/rows?limit=10000&where=" + url.QueryEscape(fmt.Sprintf("bianhao >= %d", i))
		case 2:
			path = "/api/v1/datasets/shared/export.csv"
		}
		c := asleep(t, at, path, fmt.Sprintf("192.0.2.%d", i))
		defer c.Close()
	}
	time.Sleep(2 * time.Second)
	grown := (statusKB(t, s.cmd.Process.Pid, "VmRSS") - before) / 1024
	t.Logf("24 slow readers: %d MB", grown)
	if grown > 100 {
		t.Errorf("24 slow readers make the server grow by %d MB", grown)
	}
	begun := time.Now()
	s.get("/api/v1/datasets/shared/rows?limit=100", http.StatusOK)
	s.get("/zh/datasets/shared", http.StatusOK)
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("others wait %v", took)
	}
	// One client with as many under way as it may have: the next is refused, and let in when one has ended.
	var held []net.Conn
	for range 4 {
		held = append(held, asleep(t, at, "/api/v1/datasets/shared/export.csv", "198.51.100.1"))
	}
	time.Sleep(300 * time.Millisecond)
	r := s.as("198.51.100.1", "/api/v1")
	if r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "1" || !strings.Contains(string(r.body), "under way") {
		t.Errorf("%d, Retry-After %s, %s", r.StatusCode, r.Header.Get("Retry-After"), r.body)
	}
	for _, c := range held {
		c.Close()
	}
	for deadline := time.Now().Add(5 * time.Second); s.as("198.51.100.1", "/api/v1").StatusCode != 200; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a client whose downloads have ended is not let in")
		}
	}
}

// asleep sends a request on a connection with small buffers and reads nothing.
func asleep(t *testing.T, at, path, from string) net.Conn {
	t.Helper()
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	c, err := d.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: %s\r\n\r\n", path, at, from)
	return c
}

// TestUseIsCountedExactly asks from many sides at once, stops, goes on, is
// killed, and wants every request counted that was answered before the last
// seconds; and nothing of who asked in the data folder.
func TestUseIsCountedExactly(t *testing.T) {
	data := shared(t, 50)
	const sides, each, address = 8, 30, "203.0.113.77"
	paths := map[string]string{"page": "/zh/datasets/shared", "query": "/api/v1/datasets/shared/rows?limit=2", "download": "/api/v1/datasets/shared/export.csv"}
	round := func(s *server) {
		var wg sync.WaitGroup
		for range sides {
			wg.Go(func() {
				for range each {
					for kind, path := range paths {
						req, err := http.NewRequest("GET", s.url+path, nil)
						if err != nil {
							t.Error(err)
							return
						}
						req.Header.Set("X-Forwarded-For", address)
						res, err := http.DefaultClient.Do(req)
						if err != nil {
							t.Error(err)
							return
						}
						io.Copy(io.Discard, res.Body)
						res.Body.Close()
						if res.StatusCode != 200 {
							t.Errorf("%s: %d", kind, res.StatusCode)
						}
					}
				}
			})
		}
		wg.Wait()
	}
	count := func(s *server) map[string]int {
		var u struct{ Total map[string]int }
		s.get("/api/v1/datasets/shared/usage", http.StatusOK).json(t, &u)
		return u.Total
	}
	want := func(got map[string]int, n int, when string) {
		t.Helper()
		for kind := range paths {
			if got[kind] != n {
				t.Errorf("%s: %d of kind %s, want %d", when, got[kind], kind, n)
			}
		}
	}
	const quota = "100000"
	s := boot(t, data, "--quota", quota)
	round(s)
	for range 5 { // what does not count
		s.do("HEAD", paths["query"], nil)
		s.do("GET", paths["page"], nil, "User-Agent", "Googlebot/2.1")
		s.get("/robots.txt", http.StatusOK)
		s.get("/zh/datasets/nothing", http.StatusNotFound)
	}
	s.stop()
	s = boot(t, data, "--quota", quota)
	want(count(s), sides*each, "after an orderly stop")
	round(s)
	time.Sleep(7 * time.Second) // counts are kept every five
	s.kill()
	s = boot(t, data, "--quota", quota)
	want(count(s), 2*sides*each, "after a kill")
	round(s)
	s.kill() // at most the last five seconds are lost
	s = boot(t, data)
	got := count(s)
	for kind := range paths {
		if got[kind] < 2*sides*each || got[kind] > 3*sides*each {
			t.Errorf("killed at once: %d of kind %s", got[kind], kind)
		}
	}
	page := string(s.get("/zh/datasets/shared", http.StatusOK).body)
	if !strings.Contains(page, "最近 30 天：浏览") {
		t.Error("the dataset's page shows no use")
	}
	s.stop()
	wantNowhere(t, data, address)
}

// TestStatementsAreUse counts SQL for every table's dataset that it reads, once,
// and the rows of a citation as a download.
func TestStatementsAreUse(t *testing.T) {
	data := shared(t, 20)
	must(t, "publish", writeFile(t, "other.csv", "编号,名称\n1,甲\n2,乙\n"), "--data", data, "--dataset", "other", "--department", "office", "--quiet")
	s := boot(t, data)
	ask := func(sql string, status int) {
		t.Helper()
		s.get("/api/v1/sql?sql="+url.QueryEscape(sql), status)
	}
	ask(`SELECT count(*) FROM "shared" a JOIN "other" b ON a.bianhao = b.bianhao JOIN "shared" c ON c.bianhao = b.bianhao`, http.StatusOK)
	ask(`SELECT * FROM "shared" LIMIT 1`, http.StatusOK)
	ask(`SELECT nothing FROM "shared"`, http.StatusBadRequest)
	r := s.do("POST", "/api/v1/citations", strings.NewReader(`{"dataset": "other"}`), "Content-Type", "application/json")
	var c struct{ ID string }
	r.json(t, &c)
	s.get("/c/"+c.ID+".csv", http.StatusOK)
	s.stop()
	s = boot(t, data)
	for dataset, want := range map[string]string{"shared": "map[download:0 page:0 query:2]", "other": "map[download:1 page:0 query:1]"} {
		var u struct{ Total map[string]int }
		s.get("/api/v1/datasets/"+dataset+"/usage", http.StatusOK).json(t, &u)
		if got := fmt.Sprint(u.Total); got != want {
			t.Errorf("%s: %s, want %s", dataset, got, want)
		}
	}
}

// wantNowhere looks into every file of a folder.
func wantNowhere(t *testing.T, dir, text string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(text)) {
			t.Errorf("%s holds %s", path, text)
		}
		return err
	})
	if err != nil || files < 3 {
		t.Fatal(files, err)
	}
}
