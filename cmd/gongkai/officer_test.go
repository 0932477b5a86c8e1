package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestExitCodes runs command lines that are wrong, or whose data is refused.
func TestExitCodes(t *testing.T) {
	data := t.TempDir()
	good := writeFile(t, "good.csv", "编号,数量\n1,2\n2,3\n")
	personal := writeFile(t, "personal.csv", "姓名,身份证号\n甲,11010519491231002X\n乙,440524188001010014\n")
	doubtful := writeFile(t, "doubtful.csv", "编号,数量\n1,100\n2,200\n3,约三百\n4,400\n5,500\n6,600\n7,700\n8,800\n9,900\n10,1000\n11,1\n12,2\n13,3\n14,4\n15,5\n16,6\n17,7\n18,8\n19,9\n20,10\n合计,1\n")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"publish", good, "--data", data, "--dataset", "a", "--department", "office"}, 0, "published"},
		{[]string{"--dataset", "a", "publish", "--department", "office", good, "--data", data}, 0, "unchanged"},
		{[]string{"publish", "--dataset", "a", "--department", "office", good, "--data", data}, 0, "unchanged"},
		{[]string{"publish", good, "--data", data}, exitUsage, "--dataset"},
		{[]string{"publish", "--nonsense"}, exitUsage, "nonsense"},
		{[]string{"nonsense"}, exitUsage, "nonsense"},
		{[]string{"publish", good, "--data", data, "--dataset", "../x", "--department", "office"}, 1, "hospital-beds"},
		{[]string{"publish", good, "--data", data, "--dataset", "a", "--department", "elsewhere"}, 1, "another department"},
		{[]string{"publish", personal, "--data", data, "--dataset", "p", "--department", "office"}, exitRefused, "personal-id"},
		{[]string{"publish", doubtful, "--data", data, "--dataset", "w", "--department", "office", "--strict"}, exitRefused, "warning"},
		{[]string{"publish", doubtful, "--data", data, "--dataset", "w", "--department", "office", "--as", "officer Wang"}, 0, "published"},
		{[]string{"inspect", filepath.Join(data, "missing.xlsx")}, 1, "missing.xlsx"},
		{[]string{"token", "create", "--data", data, "--department", "office", "--days", "-5"}, exitUsage, "--days"},
		{[]string{"serve", "--data", data, "--quota", "0"}, exitUsage, "--quota"},
		{[]string{"serve", "--data", data, "--log-format", "xml"}, exitUsage, "--log-format"},
		{[]string{"token", "create", "--data", filepath.Join(data, "typo"), "--department", "office"}, 1, "no data folder"},
		{[]string{"verify", "--data", filepath.Join(data, "typo")}, 1, "no data folder"},
	} {
		out, errs, code := gk(t, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("gongkai %v: exit %d, want %d with %q\n%s%s", c.args, code, c.code, c.says, out, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(data, "typo")); err == nil {
		t.Error("a mistyped folder was made")
	}
}

// TestAudit reads who did what.
func TestAudit(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "a.csv", "编号,数量\n1,1\n"), "--data", data, "--dataset", "a", "--department", "office", "--as", "张三", "--quiet")
	token(t, data, "office")
	out := must(t, "audit", "--data", data)
	for _, want := range []string{"张三\tversion.publish\tdataset/a", "token.create", "dataset.create", "department.create"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if n := strings.Count(must(t, "audit", "--data", data, "--limit", "2", "--json"), "\n"); n != 2 {
		t.Errorf("%d events", n)
	}
}

// TestBackToAnEarlierVersion withdraws the newest version and publishes the one
// before again, by its file.
func TestBackToAnEarlierVersion(t *testing.T) {
	data := t.TempDir()
	first := writeFile(t, "1.csv", "编号,数量\n1,1\n")
	publish := func(file string, more ...string) outcome {
		t.Helper()
		var o outcome
		args := append([]string{"publish", file, "--data", data, "--dataset", "a", "--department", "office", "--json"}, more...)
		if err := json.Unmarshal([]byte(must(t, args...)), &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	publish(first)
	publish(writeFile(t, "2.csv", "编号,数量\n1,2\n2,2\n"))
	if o := publish(first, "--again"); o.Version != 1 || o.State != "published" || o.Unchanged {
		t.Errorf("the first file again: %+v", o)
	}
	secret := token(t, data, "office")
	s := boot(t, data)
	var page struct{ Data []any }
	if s.get("/api/v1/datasets/a/rows", 200).json(t, &page); len(page.Data) != 1 {
		t.Errorf("%d rows, want those of the first version", len(page.Data))
	}
	withdraw := func(version string) {
		t.Helper()
		r := s.do("POST", "/api/v1/datasets/a/versions/"+version+"/withdraw", strings.NewReader(`{"reason": "数据有误"}`),
			"Authorization", "Bearer "+secret, "Content-Type", "application/json")
		if r.StatusCode != 200 {
			t.Fatalf("withdraw: %d %s", r.StatusCode, r.body)
		}
	}
	withdraw("1")
	s.get("/api/v1/datasets/a/rows", 410)
	s.get("/api/v1/datasets/a/rows?version=2", 200)
	if r := s.do("POST", "/api/v1/datasets/a/versions/2/publish", bytes.NewReader([]byte(`{"acknowledge": []}`)),
		"Authorization", "Bearer "+secret, "Content-Type", "application/json"); r.StatusCode != 200 {
		t.Errorf("publish the version before: %d %s", r.StatusCode, r.body)
	}
	if s.get("/api/v1/datasets/a/rows", 200).json(t, &page); len(page.Data) != 2 {
		t.Errorf("%d rows, want those of the second version", len(page.Data))
	}
}

// TestInterruptedPublish sends SIGINT to a publish that runs: nothing is
// published, neither by it nor by a server that shares the folder.
func TestInterruptedPublish(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	s := boot(t, data)
	big := filepath.Join(t.TempDir(), "big.csv")
	if err := os.WriteFile(big, crashTable(5, 2_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "publish", big, "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(errs.String(), "cancelled") {
		t.Errorf("interrupted: %v %s", err, errs.String())
	}
	time.Sleep(1500 * time.Millisecond) // a server that went on would be done by then
	var list struct{ Data []any }
	if s.get("/api/v1/datasets/a/versions", 200).json(t, &list); len(list.Data) != 1 {
		t.Errorf("%d versions", len(list.Data))
	}
}

// TestBackupOfDamage backs up a folder with a rotten file: it is written and
// says so, and is restored only on request.
func TestBackupOfDamage(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	blobs, err := filepath.Glob(filepath.Join(data, "uploads", "*"))
	if err != nil || len(blobs) != 1 {
		t.Fatal(blobs, err)
	}
	if err := os.Chmod(blobs[0], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blobs[0], []byte("rotten"), 0o600); err != nil {
		t.Fatal(err)
	}
	archive, to := filepath.Join(t.TempDir(), "b.tar"), filepath.Join(t.TempDir(), "new")
	if _, errs, code := gk(t, "backup", archive, "--data", data); code == 0 || !strings.Contains(errs, filepath.Base(blobs[0])) {
		t.Errorf("backup: exit %d %s", code, errs)
	}
	if _, _, code := gk(t, "restore", archive, "--data", to); code == 0 {
		t.Error("damage was restored without a word")
	}
	if out := must(t, "restore", archive, "--data", to, "--damaged"); !strings.Contains(out, "1 differences") {
		t.Errorf("restored: %s", out)
	}
}

// TestDownloadsAreMadeAhead wants the size and hash of every download to be
// known soon after publication, and to be those of the download.
func TestDownloadsAreMadeAhead(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	s := boot(t, data)
	var table struct {
		Distributions []struct {
			URL, SHA256 string
			Bytes       int
		}
	}
	known := func() (n int) {
		s.get("/api/v1/datasets/a/tables/table", 200).json(t, &table)
		for _, d := range table.Distributions {
			if d.Bytes > 0 && d.SHA256 != "" {
				n++
			}
		}
		return n
	}
	for deadline := time.Now().Add(10 * time.Second); known() < 5; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("known so far: %+v", table.Distributions)
		}
	}
	for _, d := range table.Distributions {
		if d.SHA256 == "" {
			continue // made when somebody asks for it
		}
		r := s.get(d.URL, 200, "Accept-Encoding", "identity")
		if sum := sha256.Sum256(r.body); len(r.body) != d.Bytes || hex.EncodeToString(sum[:]) != d.SHA256 {
			t.Errorf("%s: %d bytes, described as %d", d.URL, len(r.body), d.Bytes)
		}
	}
}
