package main

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	little "encoding/binary"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
)

// benchCSV publishes a text file as large as asked for, against the engine's
// own reader of such files.
func benchCSV(t *testing.T, dir string, row rowFunc) {
	const runs = 5
	file := filepath.Join(dir, "large.csv")
	writeCSV(t, file, 50_000_000)
	var ratios []float64
	var ours, theirs time.Duration
	for i := range runs {
		theirs = engineCSV(t, file, filepath.Join(dir, fmt.Sprintf("peer-%d.duckdb", i)))
		start := time.Now()
		publishQuietly(t, file, filepath.Join(dir, fmt.Sprintf("csv-%d", i)))
		ours = time.Since(start)
		ratios = append(ratios, theirs.Seconds()/ours.Seconds())
	}
	slices.Sort(ratios)
	row(ratios[runs/2] >= 0.5, "50 MB csv, file to published version", seconds(ours), "DuckDB read_csv into a table: "+seconds(theirs), fmt.Sprintf("%.2f", ratios[runs/2]), "at least 0.5")
}

// publishQuietly runs `gongkai publish` into a new data folder.
func publishQuietly(t *testing.T, file, data string) {
	t.Helper()
	must(t, "publish", file, "--data", data, "--dataset", "bench", "--department", "bench", "--quiet", "--json")
}

// engineCSV is the peer: the engine finds out the dialect and the types, reads
// with all cores and writes a file.
func engineCSV(t *testing.T, file, into string) time.Duration {
	t.Helper()
	start := time.Now()
	db, err := sql.Open("duckdb", into)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE t AS SELECT * FROM read_csv('" + file + "'); CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return time.Since(start)
}

// writeCSV writes about so many bytes of records as systems export them.
func writeCSV(t *testing.T, path string, size int) {
	t.Helper()
	districts := []string{"东城区", "西城区", "南山区", "北湖区", "高新区", "开发区", "云溪县", "临江县"}
	buf := []byte("编号,机构代码,区县,日期,数量,金额,单价,类别,标志,说明\n")
	for n := 0; len(buf) < size; n++ {
		h := uint32(n) * 2654435761
		day := time.Date(2020, 1, 1+n%1800, 0, 0, 0, 0, time.UTC)
		buf = fmt.Appendf(buf, "%d,K%03d,%s,%s,%d,%d.%02d,%d.%d,%s,%d,第%d号项目的情况说明\n", n+1, int(h>>8)%100, districts[h>>16&7], day.Format(time.DateOnly),
			h%10_000, h%1_000_000, h%100, h%300, h%10, districts[h>>4&7], h>>5&1, h>>3%50_000)
	}
	if err := os.WriteFile(path, buf, 0o600); err != nil {
		t.Fatal(err)
	}
}

func benchXLS(t *testing.T, dir string, row rowFunc) {
	const runs = 3
	file := filepath.Join(dir, "large.xls")
	size := writeXLS(t, file)
	var times []time.Duration
	for i := range runs {
		start := time.Now()
		publishQuietly(t, file, filepath.Join(dir, fmt.Sprintf("xls-%d", i)))
		times = append(times, time.Since(start))
	}
	took := median(times)
	row(took < 3*time.Second && size > 10_000_000, fmt.Sprintf("%.1f MB xls (65,536 x 10), file to published version", float64(size)/1e6), seconds(took), "", "", "under 3 s")
}

// writeXLS writes a full sheet of an .xls file (BIFF8): shared texts, whole
// numbers, decimals and dates. It gives the size of the file.
func writeXLS(t *testing.T, path string) int {
	t.Helper()
	var b []byte
	record := func(id uint16, body []byte) {
		b = little.LittleEndian.AppendUint16(b, id)
		b = little.LittleEndian.AppendUint16(b, uint16(len(body)))
		b = append(b, body...)
	}
	words := []string{"编号", "机构代码", "区县", "日期", "数量", "金额", "单价", "类别", "标志", "说明"}
	for i := range 5_000 {
		words = append(words, fmt.Sprintf("第%d号项目的情况说明", i))
	}
	const globals, worksheet = 5, 16
	begin := func(kind uint16) {
		record(0x809, append([]byte{0, 6, byte(kind), 0}, make([]byte, 12)...)) // BOF
	}
	begin(globals)
	record(0x42, []byte{0xB0, 0x04}) // CODEPAGE: UTF-16
	for range 4 {
		record(0x31, append([]byte{200, 0, 0, 0, 0xFF, 0x7F, 0x90, 1, 0, 0, 0, 0, 0, 0}, utf16Text("Arial", 1)...)) // FONT
	}
	for _, format := range []byte{0, 14} {
		record(0xE0, append([]byte{0, 0, format, 0}, make([]byte, 16)...)) // XF
	}
	sheetAt := len(b) + 4
	record(0x85, append(make([]byte, 6), utf16Text("数据", 1)...)) // BOUNDSHEET
	table := little.LittleEndian.AppendUint32(nil, uint32(len(words)))
	table = little.LittleEndian.AppendUint32(table, uint32(len(words)))
	id := uint16(0xFC) // SST, then CONTINUE
	for _, w := range words {
		if len(table) > 8000 {
			record(id, table)
			table, id = nil, 0x3C
		}
		table = append(table, utf16Text(w, 2)...)
	}
	record(id, table)
	record(0x0A, nil)
	little.LittleEndian.PutUint32(b[sheetAt:], uint32(len(b)))
	begin(worksheet)
	place := func(r, c, style int) []byte {
		return []byte{byte(r), byte(r >> 8), byte(c), byte(c >> 8), byte(style), 0}
	}
	text := func(r, c, i int) { record(0xFD, little.LittleEndian.AppendUint32(place(r, c, 0), uint32(i))) }
	number := func(r, c, style int, f float64) {
		record(0x203, little.LittleEndian.AppendUint64(place(r, c, style), math.Float64bits(f)))
	}
	for c := range 10 {
		text(0, c, c)
	}
	for r := 1; r < 65_536; r++ {
		h := uint32(r) * 2654435761
		number(r, 0, 0, float64(r))
		text(r, 1, 10+int(h>>8)%100)
		text(r, 2, 10+int(h>>16)%8)
		number(r, 3, 1, float64(43831+r%1800))
		number(r, 4, 0, float64(h%10_000))
		number(r, 5, 0, float64(h%100_000_000)/100)
		number(r, 6, 0, float64(h%3000)/10)
		text(r, 7, 10+int(h>>4)%8)
		number(r, 8, 0, float64(h>>5&1))
		text(r, 9, 10+int(h>>3)%5_000)
	}
	record(0x0A, nil)
	file := compoundFile("Workbook", b)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return len(file)
}

// utf16Text is a text of UTF-16 behind its length, which has so many bytes.
func utf16Text(s string, lengthBytes int) []byte {
	units := utf16.Encode([]rune(s))
	b := little.LittleEndian.AppendUint16(nil, uint16(len(units)))[:lengthBytes]
	b = append(b, 1)
	for _, u := range units {
		b = little.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// compoundFile puts one stream into an OLE file with sectors of 4 KB: the
// stream, the directory, then the table of what follows what.
func compoundFile(name string, stream []byte) []byte {
	const sector, end = 4096, 0xFFFFFFFE
	n := (len(stream) + sector - 1) / sector
	tables := (n+2)*4/sector + 1
	file := make([]byte, sector*(1+n+1+tables))
	head := file[:512]
	copy(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 4, 28: 0xFFFE, 30: 12, 32: 6} {
		little.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{40: 1, 44: uint32(tables), 48: uint32(n), 56: sector, 60: end, 68: end} {
		little.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(0xFFFFFFFF)
		if i < tables {
			v = uint32(n + 1 + i)
		}
		little.LittleEndian.PutUint32(head[76+i*4:], v)
	}
	copy(file[sector:], stream)
	directory := file[sector*(1+n):][:sector]
	entry := func(i int, name string, kind byte, child, start, size uint32) {
		e := directory[i*128:]
		for k, u := range utf16.Encode([]rune(name)) {
			little.LittleEndian.PutUint16(e[k*2:], u)
		}
		e[64], e[66], e[67] = byte(len(name)*2+2), kind, 1
		for at, v := range map[int]uint32{68: 0xFFFFFFFF, 72: 0xFFFFFFFF, 76: child, 116: start, 120: size} {
			little.LittleEndian.PutUint32(e[at:], v)
		}
	}
	entry(0, "Root Entry", 5, 1, end, 0)
	entry(1, name, 2, 0xFFFFFFFF, 0, uint32(len(stream)))
	fat := file[sector*(2+n):]
	for i := range len(fat) / 4 {
		next := uint32(i + 1)
		switch {
		case i == n-1 || i == n:
			next = end
		case i > n && i <= n+tables:
			next = 0xFFFFFFFD // the table itself
		case i > n+tables:
			next = 0xFFFFFFFF
		}
		little.LittleEndian.PutUint32(fat[i*4:], next)
	}
	return file
}

// benchSmall sends a thousand small workbooks to a running server and waits
// until each is published.
func benchSmall(t *testing.T, data string, row rowFunc) {
	const n = 1000
	fillSmall(t, data, n)
	secret := token(t, data, "bench")
	books := make([][]byte, n)
	for i := range books {
		books[i] = smallBook(t, i)
	}
	s := boot(t, data, "--prepare=false")
	places := make([]string, n)
	start := time.Now()
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range next {
				places[i] = sendSmall(t, s, secret, i, books[i])
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	sent := time.Since(start)
	for i, place := range places {
		if place == "" {
			t.Fatalf("workbook %d was not taken", i)
		}
		if u := s.await(secret, place); u.State != "done" || u.Version == nil || u.Version.State != "published" {
			t.Fatalf("workbook %d: %+v", i, u)
		}
	}
	took := time.Since(start)
	rate := n / took.Seconds()
	row(rate >= 20, "1,000 small workbooks, upload to published version", fmt.Sprintf("%.1f a second", rate), "all acknowledged after "+seconds(sent), "", "at least 20 a second")
}

func fillSmall(t *testing.T, data string, n int) {
	t.Helper()
	ctx := context.Background()
	if err := os.MkdirAll(data, 0o750); err != nil {
		t.Fatal(err)
	}
	store, err := sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(data, "catalog.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := &catalog.Department{Slug: "bench", Level: catalog.LevelBureau, Title: catalog.Text{ZH: "测量局", EN: "Bureau of measures"}}
	if err := store.CreateDepartment(ctx, d); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		ds := &catalog.Dataset{Slug: fmt.Sprintf("small-%d", i), Department: d.ID, Metadata: withDefaults(catalog.Metadata{Title: catalog.Text{ZH: fmt.Sprintf("第%d张表", i)}}, "")}
		if err := store.CreateDataset(ctx, ds); err != nil {
			t.Fatal(err)
		}
	}
}

// smallBook is a workbook of thirty rows and six columns, as a form is.
func smallBook(t *testing.T, n int) []byte {
	t.Helper()
	var sheet strings.Builder
	sheet.WriteString(`<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	cell := func(c, r int, v string, number bool) {
		if number {
			fmt.Fprintf(&sheet, `<c r="%c%d"><v>%s</v></c>`, 'A'+c, r, v)
			return
		}
		fmt.Fprintf(&sheet, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+c, r, v)
	}
	for r := 1; r <= 31; r++ {
		fmt.Fprintf(&sheet, `<row r="%d">`, r)
		for c, label := range []string{"代码", "街道", "医院数", "床位数", "经费", "日期"} {
			switch {
			case r == 1:
				cell(c, r, label, false)
			case c == 0:
				cell(c, r, fmt.Sprintf("%06d", n*100+r), false)
			case c == 1:
				cell(c, r, fmt.Sprintf("第%d街道", r), false)
			case c == 4:
				cell(c, r, fmt.Sprintf("%d.%02d", n*31+r, r), true)
			case c == 5:
				cell(c, r, fmt.Sprintf("2024-%02d-%02d", r%12+1, r%28+1), false)
			default:
				cell(c, r, fmt.Sprint(n*7%50+r*c), true)
			}
		}
		sheet.WriteString("</row>")
	}
	sheet.WriteString("</sheetData></worksheet>")
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/worksheets/sheet1.xml", sheet.String()},
	} {
		w, err := zw.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, part[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sendSmall uploads one workbook and gives the path of the upload, "" where it
// was not taken.
func sendSmall(t *testing.T, s *server, secret string, i int, book []byte) string {
	req, err := http.NewRequest("POST", fmt.Sprintf("%s/api/v1/datasets/small-%d/uploads?publish=true&acknowledge=true", s.url, i), bytes.NewReader(book))
	if err != nil {
		t.Error(err)
		return ""
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("book-%d.xlsx", i)}))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusAccepted {
		t.Errorf("upload %d: %s %s %v", i, res.Status, body, err)
		return ""
	}
	return strings.TrimPrefix(res.Header.Get("Location"), s.url)
}
