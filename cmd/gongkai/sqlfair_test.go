package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// heavy is a statement that takes all the time that it may.
const heavy = "SELECT count(*) FROM range(1000000000000)"

// tryTo sends a statement that the sender may give up; the error is that of the
// sending.
func (s *server) tryTo(ctx context.Context, client, sql string) (status int, header http.Header, err error) {
	body, err := json.Marshal(map[string]string{"sql": sql})
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", s.url+"/api/v1/sql", strings.NewReader(string(body)))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", client)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	res.Body.Close()
	return res.StatusCode, res.Header, nil
}

// workers are the processes of the server that run SQL, with the processor time
// that each has used.
func (s *server) workers() map[int]time.Duration {
	s.t.Helper()
	found := map[int]time.Duration{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		s.t.Skip("no /proc here")
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		f := strings.Fields(rest) // from the state on
		line, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || len(f) < 13 || f[1] != strconv.Itoa(s.cmd.Process.Pid) || !strings.Contains(string(line), "worker\x00sql") {
			continue
		}
		user, err1 := strconv.Atoi(f[11])
		system, err2 := strconv.Atoi(f[12])
		pid, err3 := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err1 == nil && err2 == nil && err3 == nil {
			found[pid] = time.Duration(user+system) * 10 * time.Millisecond
		}
	}
	return found
}

// until waits for something to become true.
func until(t testing.TB, what string, true func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 20 seconds: %s", what)
		}
	}
}

// TestSQLFairness: while one client keeps twenty statements under way that take
// all the time that they may, another's are answered as if it were alone, or
// nearly so. The bound is for machines that do much else; it is less than one of
// the others takes.
func TestSQLFairness(t *testing.T) {
	s := boot(t, sqlCity(t), "--prepare=false", "--sql-time", "3s")
	s.rows("SELECT 1")
	ctx, stop := context.WithCancel(t.Context())
	var greedy sync.WaitGroup
	var told, slow atomic.Int32
	for range 20 {
		greedy.Go(func() {
			for ctx.Err() == nil {
				status, header, err := s.tryTo(ctx, "10.1.1.1", heavy)
				switch {
				case err != nil: // given up
				case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
					told.Add(1)
					if header.Get("Retry-After") == "" {
						t.Error("without Retry-After")
					}
					time.Sleep(100 * time.Millisecond)
				case status == http.StatusGatewayTimeout:
					slow.Add(1)
				default:
					t.Errorf("a heavy statement: %d", status)
				}
			}
		})
	}
	until(t, "the greedy client is told to wait", func() bool { return told.Load() > 0 })
	var took []time.Duration
	for range 40 {
		begin := time.Now()
		if r := s.ask("10.2.2.2", `SELECT diqu, count(*) AS n FROM "open-data" GROUP BY 1`); r.StatusCode != 200 {
			t.Fatalf("the modest client: %d %s", r.StatusCode, r.body)
		}
		took = append(took, time.Since(begin))
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	greedy.Wait()
	slices.Sort(took)
	p50, p90 := took[len(took)/2], took[len(took)*9/10]
	t.Logf("p50 %s, p90 %s, most %s; the other was told to wait %d times, %d statements took too long", p50.Round(time.Millisecond), p90.Round(time.Millisecond),
		took[len(took)-1].Round(time.Millisecond), told.Load(), slow.Load())
	if p50 > time.Second || p90 > 2500*time.Millisecond {
		t.Errorf("the modest client waits: p50 %s, p90 %s", p50, p90)
	}
}

// TestSQLGivenUp: who goes away frees places and processes, and where all
// places to wait are taken, others are told to come back.
func TestSQLGivenUp(t *testing.T) {
	s := boot(t, sqlCity(t), "--prepare=false", "--sql-time", "5m")
	s.rows("SELECT 1")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var all sync.WaitGroup
	var busy atomic.Int32
	for i := range 40 {
		client := fmt.Sprintf("10.3.%d.1", i)
		for range 2 {
			all.Go(func() {
				status, header, err := s.tryTo(ctx, client, heavy)
				if err != nil {
					return
				}
				if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
					t.Errorf("%d %v", status, header)
				}
				busy.Add(1)
			})
		}
	}
	until(t, "others are told to come back", func() bool { return busy.Load() > 0 })
	var running []int
	until(t, "two statements run", func() bool {
		running = nil
		for pid, used := range s.workers() {
			if used > 300*time.Millisecond {
				running = append(running, pid)
			}
		}
		return len(running) == 2
	})
	stop()
	begin := time.Now()
	all.Wait()
	if r := s.ask("10.4.4.4", "SELECT 5 AS x"); r.StatusCode != 200 {
		t.Errorf("when all have gone: %d %s", r.StatusCode, r.body)
	}
	until(t, "the processes are gone", func() bool {
		there := s.workers()
		return !slices.ContainsFunc(running, func(pid int) bool { _, ok := there[pid]; return ok })
	})
	t.Logf("%s after all had gone, another was answered and the processes had ended", time.Since(begin).Round(time.Millisecond))
}
