package main

import (
	"archive/zip"
	"bytes"
	bin "encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestBombs uploads small files that mean very much. Each is refused by name, or
// read for what it really holds, within two seconds of processor time and a bounded
// child; the server's own memory does not move.
func TestBombs(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "good.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "d", "--department", "office", "--quiet")
	secret := token(t, data, "office")
	s := boot(t, data)
	pid := s.cmd.Process.Pid
	for _, c := range bombs(t) {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bomb")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			before := statusKB(t, pid, "VmRSS")
			watch := watchChildren(pid)
			begin := time.Now()
			where := strings.TrimPrefix(s.upload(secret, "d", path, "", 202).Header.Get("Location"), s.url)
			s.await(secret, where)
			wall := time.Since(begin)
			peak, cpu := watch()
			grown := (statusKB(t, pid, "VmRSS") - before) / 1024
			t.Logf("%d bytes: %v, %v of processor time, child %d MB, server %+d MB", len(c.content), wall.Round(time.Millisecond), cpu, peak/1024, grown)
			// A busy machine gives the child little of its time.
			if cpu > 2*time.Second || wall > 15*time.Second {
				t.Errorf("took %v, %v of processor time", wall, cpu)
			}
			if peak > 400<<10 || grown > 32 {
				t.Errorf("the child took %d MB, the server grew by %d MB", peak/1024, grown)
			}
			var found struct {
				Data []struct{ Code, Severity string }
			}
			s.get(where+"/findings", 200, "Authorization", "Bearer "+secret).json(t, &found)
			for _, f := range found.Data {
				if f.Code == c.want || c.want == "" && f.Severity != "error" {
					return
				}
			}
			t.Errorf("findings %+v, want %q", found.Data, c.want)
		})
	}
	s.get("/api/v1/datasets/d/rows", 200)
}

// watchChildren looks at the children of a process until it is told to stop:
// the most memory of one (KB), and the most processor time.
func watchChildren(pid int) (stop func() (int, time.Duration)) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	var peak, ticks int
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(3 * time.Millisecond):
			}
			lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
			if err != nil {
				return
			}
			for _, list := range lists {
				raw, _ := os.ReadFile(list)
				for _, child := range strings.Fields(string(raw)) {
					k, n := childUse(child)
					peak, ticks = max(peak, k), max(ticks, n)
				}
			}
		}
	})
	return func() (int, time.Duration) {
		close(done)
		wg.Wait()
		return peak, time.Duration(ticks) * 10 * time.Millisecond // 100 ticks a second on every Linux
	}
}

// childUse reads the high-water mark and the ticks of a process that may have
// ended.
func childUse(pid string) (peakKB, ticks int) {
	status, _ := os.ReadFile("/proc/" + pid + "/status")
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
		peakKB, _ = strconv.Atoi(strings.Fields(rest)[0])
	}
	stat, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, rest, _ := strings.Cut(string(stat), ") ")
	if f := strings.Fields(rest); len(f) > 12 {
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		ticks = user + system
	}
	return peakKB, ticks
}

type bomb struct {
	name    string
	content []byte
	want    string // code of a finding; "" where it is read
}

const (
	bombSheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	bombRows  = `<sheetData><row r="1"><c r="A1" t="str"><v>编号</v></c><c r="B1" t="str"><v>数量</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>`
)

func bombs(t *testing.T) []bomb {
	t.Helper()
	inner := zipOf(t, "a.csv", strings.Repeat("0", 1<<20))
	for range 5 {
		inner = zipOf(t, "a.zip", string(inner))
	}
	copies := func(rows, cols int) []byte {
		return odsBomb(t, fmt.Sprintf(`<table:table-row table:number-rows-repeated="%d"><table:table-cell table:number-columns-repeated="%d" office:value-type="float" office:value="1"/></table:table-row>`, rows, cols))
	}
	comments := func(n int) []byte {
		return bookOf(t, bombSheet+bombRows+`</worksheet>`, "xl/worksheets/_rels/sheet1.xml.rels",
			`<Relationships><Relationship Id="c" Type="http://x/comments" Target="../comments.xml"/></Relationships>`,
			"xl/comments.xml", `<comments><commentList>`+strings.Repeat(`<comment ref="A1" authorId="0"><text><t>x</t></text></comment>`, n)+`</commentList></comments>`)
	}
	return []bomb{
		{"zip", zipBomb(t), "zip-bomb"},
		{"zips in a zip", zipOf(t, "a.zip", string(inner), "b.zip", string(inner)), "file-type-unsupported"},
		{"entities", bookOf(t, `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>`+bombSheet+bombRows+`</worksheet>`), "xml-dtd"},
		{"one text in many cells", bookOf(t, bombSheet+`<sheetData>`+strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 100)+`</row>`, 30)+`</sheetData></worksheet>`,
			"xl/sharedStrings.xml", `<sst count="4294967295" uniqueCount="4294967295"><si><t>`+strings.Repeat("a", 1<<20)+`</t></si></sst>`), "file-too-large"},
		{"a dimension that lies", bookOf(t, bombSheet+`<dimension ref="A1:XFD1048576"/>`+bombRows+`</worksheet>`), ""},
		{"merged over everything", bookOf(t, bombSheet+bombRows+`<mergeCells>`+strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 100_000)+`</mergeCells></worksheet>`), ""},
		{"a merged cell in each column", bookOf(t, bombSheet+bombRows+`<mergeCells>`+strings.Repeat(`<mergeCell ref="A2:A1048576"/><mergeCell ref="B2:B1048576"/>`, 20_000)+`</mergeCells></worksheet>`), ""},
		{"a lone cell far away", bookOf(t, bombSheet+`<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`), "no-table-found"},
		{"very many comments", comments(5_000_000), "zip-bomb"},
		{"many comments", comments(150_000), "comments-unread"},
		{"repeated rows", copies(1_048_576, 16), "file-too-large"},
		{"repeated columns", copies(1000, 16_384), "file-too-large"},
		{"spans of a page", []byte(`<html><table><tr>` + strings.Repeat(`<td colspan=1000 rowspan=65534>x`, 16) + strings.Repeat(`<tr><td>1`, 60_000)), "file-too-large"},
		{"a text of 60 MB", append([]byte("a,b\n1,"), bytes.Repeat([]byte("x"), 60<<20)...), "file-too-large"},
		{"a quoted text of 5 MB", append([]byte("编号,数量\n1,\""), bytes.Repeat([]byte("x,\"\"\n"), 1<<20)...), "csv-open-quote"},
		{"sectors in a loop", oleLoop(), "file-damaged"},
		{"shared texts that lie", biffBomb(), ""},
		{"a value at the edge of every row", bookOf(t, bombSheet+`<sheetData>`+strings.Repeat(`<row><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>`, 100_000)+`</sheetData></worksheet>`), "file-too-large"},
		{"a million entries", zipOfMany(1_000_000), "file-too-large"},
	}
}

// zipOf makes a zip of names and contents.
func zipOf(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bookOf makes a workbook with one sheet and other parts.
func bookOf(t *testing.T, sheet string, others ...string) []byte {
	t.Helper()
	return zipOf(t, append([]string{
		"_rels/.rels", `<Relationships><Relationship Id="a" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook><sheets><sheet name="一" r:id="s"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="s" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", sheet,
	}, others...)...)
}

func odsBomb(t *testing.T, rows string) []byte {
	t.Helper()
	return zipOf(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml",
		`<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet><table:table table:name="a">`+
			rows+`</table:table></office:spreadsheet></office:body></office:document-content>`)
}

// oleLoop is a compound file whose directory lies in a sector that follows
// itself.
func oleLoop() []byte {
	b := make([]byte, 3*512)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le := bin.LittleEndian
	le.PutUint16(b[30:], 9)
	le.PutUint32(b[44:], 1)
	le.PutUint32(b[48:], 1) // the directory
	le.PutUint32(b[60:], 0xFFFFFFFE)
	le.PutUint32(b[68:], 0xFFFFFFFE)
	for i := 80; i < 512; i += 4 {
		le.PutUint32(b[i:], 0xFFFFFFFF)
	}
	le.PutUint32(b[512:], 0xFFFFFFFD)
	le.PutUint32(b[516:], 1)
	for i, c := range "Workbook" { // what a look at the bytes finds
		b[1024+2*i] = byte(c)
	}
	return b
}

// biffBomb is a stream of Excel 97 whose table of shared texts and dimensions
// name billions.
func biffBomb() []byte {
	var b []byte
	le := bin.LittleEndian
	record := func(id uint16, data ...byte) {
		b = le.AppendUint16(le.AppendUint16(b, id), uint16(len(data)))
		b = append(b, data...)
	}
	head := []byte{0, 6, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	record(0x809, head...)
	record(0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 'k', 1, 0, 0, 'v')
	record(0x200, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0)
	for row := range byte(3) {
		if row == 0 {
			record(0xFD, row, 0, 0, 0, 0, 0, 0, 0, 0, 0)
			record(0xFD, row, 0, 1, 0, 0, 0, 1, 0, 0, 0)
			continue
		}
		record(0x27E, row, 0, 0, 0, 0, 0, row<<2|2, 0, 0, 0)
		record(0x27E, row, 0, 1, 0, 0, 0, row<<2|2, 1, 0, 0)
	}
	record(0x0A)
	return b
}

// zipOfMany is a zip whose directory names n files, all of them one.
func zipOfMany(n int) []byte {
	le := bin.LittleEndian
	local := append([]byte("PK\x03\x04"), make([]byte, 27)...)
	le.PutUint16(local[26:], 1)
	out := bytes.NewBuffer(local)
	entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	le.PutUint16(entry[28:], 8)
	from := out.Len()
	for i := range n {
		out.Write(entry)
		fmt.Fprintf(out, "%08d", i)
	}
	at := out.Len()
	end := append([]byte("PK\x06\x06"), make([]byte, 52)...) // zip64
	le.PutUint64(end[4:], 44)
	le.PutUint64(end[24:], uint64(n))
	le.PutUint64(end[32:], uint64(n))
	le.PutUint64(end[40:], uint64(at-from))
	le.PutUint64(end[48:], uint64(from))
	out.Write(end)
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	le.PutUint64(locator[8:], uint64(at))
	le.PutUint32(locator[16:], 1)
	out.Write(locator)
	last := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	le.PutUint32(last[8:], 0xFFFFFFFF)
	le.PutUint32(last[12:], 0xFFFFFFFF)
	le.PutUint32(last[16:], 0xFFFFFFFF)
	out.Write(last)
	return out.Bytes()
}
