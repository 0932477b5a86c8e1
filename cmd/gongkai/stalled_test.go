package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// stalled asks for an export, reads the head of the answer and then nothing.
func stalled(t *testing.T, s *server, path string) (*http.Response, net.Conn) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n", path)
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReaderSize(conn, 512), nil)
	if err != nil {
		t.Fatalf("%s: no answer: %v", path, err)
	}
	return res, conn
}

// TestStalledClients lets twenty clients begin an export and read no further:
// others are answered meanwhile, the memory stays, who comes when as many run
// as may is told to wait, and the places are free again when the clients go.
func TestStalledClients(t *testing.T) {
	const rows, most = 400_000, 64 // exports at once: datasets.Config.MaxStreams
	var b strings.Builder
	b.WriteString("编号,区县,说明\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,区县%d,第%d号项目的情况说明及其办理结果\n", i+1, i%8, i%50_000)
	}
	data := t.TempDir()
	must(t, "publish", writeFile(t, "big.csv", b.String()), "--data", data, "--dataset", "big", "--department", "office", "--quiet")
	s := boot(t, data, "--prepare=false")
	defer s.kill()
	export := func(format string, i int) string {
		return fmt.Sprintf("/api/v1/datasets/big/export.%s?where=%s", format, url.QueryEscape(fmt.Sprintf("bianhao > %d", -i)))
	}
	whole := len(s.get(export("csv", 0), 200).body)
	before := statusKB(t, s.cmd.Process.Pid, "VmRSS")

	var conns []net.Conn
	streams := 0
	for i := range 20 {
		format := []string{"csv", "csv", "csv", "json", "parquet"}[i%5]
		res, conn := stalled(t, s, export(format, i))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s %d: %s", format, i, res.Status)
		}
		if conns = append(conns, conn); format != "parquet" {
			streams++ // a parquet file is finished, and its place free, before it is sent
		}
	}
	answers := func() {
		t.Helper()
		start := time.Now()
		s.get("/api/v1/datasets/big/rows?limit=100", 200)
		s.get("/zh/datasets/big", 200)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("others waited %s for two pages", took)
		}
	}
	answers()
	if n := len(s.get(export("csv", 0), 200).body); n != whole {
		t.Errorf("another's export has %d bytes, not %d", n, whole)
	}
	if grown := (statusKB(t, s.cmd.Process.Pid, "VmHWM") - before) / 1024; grown > 150 {
		t.Errorf("grown by %d MB", grown)
	} else {
		t.Logf("20 stalled exports: grown by %d MB", grown)
	}

	waiting := 0
	for i := range most {
		res, conn := stalled(t, s, export("csv", 100+i))
		switch res.StatusCode {
		case http.StatusOK:
			conns = append(conns, conn)
			streams++
		case http.StatusServiceUnavailable, http.StatusTooManyRequests:
			waiting++
			if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || n < 1 {
				t.Errorf("%s without Retry-After", res.Status)
			}
		default:
			t.Errorf("%s", res.Status)
		}
	}
	if streams != most || waiting == 0 {
		t.Errorf("%d exports run, %d were told to wait; at most %d may run", streams, waiting, most)
	}
	answers()
	for _, c := range conns {
		c.Close()
	}
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if r := s.do("GET", export("csv", 0), nil); r.StatusCode == http.StatusOK && len(r.body) == whole {
			break
		} else if time.Now().After(until) {
			t.Fatalf("after all are gone: %d", r.StatusCode)
		}
	}
}
