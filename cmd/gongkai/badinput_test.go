package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestBadFiles uploads what departments and strangers send by mistake or on
// purpose. Each is acknowledged, refused by name with a fix, and leaves what is
// published as it was.
func TestBadFiles(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	secret := token(t, data, "office")
	s := boot(t, data)
	dir := t.TempDir()
	good := wideBook(t, 3)
	for _, c := range []struct {
		name    string
		content []byte
		want    string // finding code that refuses the file, or blocks its draft
	}{
		{"empty.xlsx", nil, "file-empty"},
		{"picture.xlsx", []byte("\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\x01", 500)), "file-type-unsupported"},
		{"noise.xlsx", []byte(strings.Repeat("\x00\x01\x02\xff\xfe\x07", 500)), "file-type-unknown"},
		{"protected.xlsx", encryptedOLE(), "file-encrypted"},
		{"truncated.xlsx", good[:len(good)*2/3], "file-damaged"},
		{"bomb.xlsx", zipBomb(t), "zip-bomb"},
		{"undecodable.csv", append([]byte("编号,数量\n1,2\n"), 0xff, 0xfe, 0x81, '\n'), "text-undecodable"},
		{"prose.xlsx", proseBook(t), "no-table-found"},
		{"wide.xlsx", wideBook(t, 16_384), "too-many-columns"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, c.name)
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			r := s.upload(secret, "d", path, "?publish=true&acknowledge=true", 202)
			where := strings.TrimPrefix(r.Header.Get("Location"), s.url)
			u := s.await(secret, where)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("refused after %v", took)
			}
			var found struct {
				Data []struct{ Code, Severity, Message, Fix string }
			}
			s.get(where+"/findings", 200, "Authorization", "Bearer "+secret).json(t, &found)
			for _, f := range found.Data {
				if f.Code == c.want && f.Severity == "error" && f.Message != "" && f.Fix != "" {
					if u.State == "failed" && (u.Problem == nil || u.Problem.Detail == "" || u.Problem.Fix == "") {
						t.Errorf("the upload does not say why it failed: %+v", u)
					}
					return
				}
			}
			t.Errorf("state %s, findings %+v, want %s", u.State, found.Data, c.want)
		})
	}
	var page struct{ Data []map[string]any }
	s.get("/api/v1/datasets/d/rows", 200).json(t, &page)
	if len(page.Data) != 1 {
		t.Errorf("what was published changed: %v", page.Data)
	}

	must(t, "verify", "--data", data)
}

// TestBadRequests sends what clients get wrong; each answer names the place
// and the fix.
func TestBadRequests(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,名称,数量\n1,甲,2\n2,乙,3\n"), "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	must(t, "publish", writeFile(t, "other.csv", "编号,名称\n1,甲\n"), "--data", data, "--dataset", "other", "--department", "elsewhere", "--quiet")
	stranger := token(t, data, "elsewhere")
	s := boot(t, data, "--max-upload", "1000")
	rows := "/api/v1/datasets/d/rows?"
	for _, c := range []struct {
		method, path string
		status       int
		want         string // in the problem's text
	}{
		{"GET", "/api/v1/datasets/nothing", 404, "nothing"},
		{"GET", "/api/v1/datasets/d/tables/nothing/rows", 404, "nothing"},
		{"GET", "/api/v1/datasets/d/rows?version=99", 404, "99"},
		{"GET", rows + "cursor=bad", 400, "cursor"},
		{"GET", rows + "select=shuliangg", 400, "shuliang"},
		{"GET", rows + "order_by=nope", 400, "nope"},
		{"GET", rows + "where=" + url.QueryEscape("nope = 1"), 400, "nope"},
		{"GET", rows + "where=" + url.QueryEscape("shuliang = 'x'"), 400, "shuliang"},
		{"GET", rows + "where=" + url.QueryEscape("shuliang = "), 400, "where"},
		{"GET", rows + "where=" + url.QueryEscape("(((shuliang = 1"), 400, ")"},
		{"GET", rows + "limit=0", 400, "limit"},
		{"GET", rows + "limit=1000000", 400, "limit"},
		{"GET", rows + "colour=red", 400, "colour"},
		{"GET", "/api/v1/datasets/d/export.docx", 404, "csv"},
		{"GET", "/api/v1/uploads/none", 401, "oken"},
		{"POST", "/api/v1/datasets/d/uploads", 401, "oken"},
		{"DELETE", "/api/v1/datasets/d", 405, ""},
	} {
		r := s.do(c.method, c.path, nil)
		if r.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d\n%s", c.method, c.path, r.StatusCode, c.status, r.body)
			continue
		}
		var p struct {
			Title, Detail, Fix, Field string
			Status                    int
		}
		r.json(t, &p)
		if p.Status != c.status || p.Title == "" || p.Detail == "" || p.Fix == "" || !strings.Contains(p.Detail+p.Fix+p.Field, c.want) {
			t.Errorf("%s %s: %s", c.method, c.path, r.body)
		}
	}
	small := writeFile(t, "small.csv", "a,b\n1,2\n")
	if r := s.upload(stranger, "d", small, "", 403); !strings.Contains(string(r.body), "fix") {
		t.Errorf("another department's dataset: %s", r.body)
	}
	mine := token(t, data, "office")
	if r := s.upload(mine, "d", writeFile(t, "big.csv", strings.Repeat("a,b\n", 500)), "", 413); !strings.Contains(string(r.body), "1000") {
		t.Errorf("a file over the cap: %s", r.body)
	}
	if r := s.upload(mine+"x", "d", small, "", 401); !strings.Contains(string(r.body), "fix") {
		t.Errorf("an unknown token: %s", r.body)
	}
}

func wideBook(t testing.TB, cols int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for r := 1; r <= 4; r++ {
		row := make([]any, cols)
		for c := range row {
			row[c] = any(c * r)
			if r == 1 {
				row[c] = fmt.Sprintf("字段%d", c)
			}
		}
		if err := sw.SetRow(fmt.Sprintf("A%d", r), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := sw.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func proseBook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, line := range []string{"填表说明", "一、本表由各区县统计部门填报，每年一次。", "二、填报前请仔细阅读指标解释，不得漏报、瞒报。", "三、如有疑问请与综合科联系。"} {
		if err := f.SetCellValue("Sheet1", fmt.Sprintf("A%d", i+1), line); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encryptedOLE is the head of a password-protected workbook: an OLE container
// with an EncryptedPackage stream. See MS-CFB and MS-OFFCRYPTO.
func encryptedOLE() []byte {
	b := make([]byte, 4096)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for i, c := range "EncryptedPackage" {
		b[1024+2*i] = byte(c)
	}
	return b
}

// zipBomb is a workbook whose sheet of zeros is a thousand times its size.
func zipBomb(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for name, content := range map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		w, err := zw.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := zw.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	zeros := bytes.Repeat([]byte(" "), 1<<20)
	for range 300 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	io.WriteString(w, `</sheetData></worksheet>`)
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
