package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// zipFile makes a zip of files, in the order of name and content pairs.
func zipFile(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		h := &zip.FileHeader{Name: pairs[i], Method: zip.Deflate}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "z.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fileText(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestZipOfFiles(t *testing.T) {
	styled := map[string]string{sheetPart: worksheetNS + `<sheetData><row><c s="1"><v>0.5</v></c><c><v>2</v></c></row></sheetData></worksheet>`, "xl/styles.xml": testStyles}
	book := fileText(t, parts(t, styled))
	ods := fileText(t, odsFile(t, odsContent(`<table:table table:name="甲"><table:table-row><table:table-cell table:style-name="code" office:value-type="float" office:value="7"/></table:table-row></table:table><table:table table:name="乙" table:style-name="away"/>`), nil))
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("数据/表.csv")
	if err != nil {
		t.Fatal(err)
	}
	wb := open(t, zipFile(t, "b.xlsx", book, "a/b.ods", ods, "a/", "", gbk, "x,=\"01\"\n", "c/page.xls", "<table><tr><td>1<td>a<table><tr><td>b</table></table>", "d.xml", xml2003(`<Worksheet ss:Name="s"><Table><Row><Cell ss:StyleID="p"><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet>`),
		"__MACOSX/._b.xlsx", "junk", ".DS_Store", "junk", "readme.md", "# read me", "plan.pdf", "%PDF-1.4", "leer.csv", "", "x/same.csv", "1,2\n", "y/same.csv", "3,4\n"))
	var got []string
	for _, s := range wb.Sheets {
		line := s.Name + fmt.Sprint(" ", s.Hidden)
		if err := s.Scan(1, 1<<30, func(_ int, cells []Cell) error {
			for _, c := range cells {
				line += " " + c.Raw + "/" + wb.Formats[c.Format].Code
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	want := []string{"b.ods/甲 false 7/000000", "b.ods/乙 true", "b.xlsx/一 false 0.5/0.00% 2/General", "page.xls false 1/General a\nb/General", "d.xml/s false 1/0%", "x/same.csv false 1/General 2/General", "y/same.csv false 3/General 4/General", "表.csv false x/General 01/@"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	var problems []string
	for _, p := range wb.Problems {
		problems = append(problems, fmt.Sprint(p.Code, " ", p.Sheet, " ", p.Cell, " ", p.Args["entry"], p.Args["found"]))
	}
	wantProblems := []string{"zip-entry-skipped   leer.csvempty", "zip-entry-skipped   plan.pdfpdf", "zip-entry-skipped   readme.mdtext", "hidden-sheet b.ods/乙  ", "table-in-cell page.xls B1 "}
	if fmt.Sprint(problems) != fmt.Sprint(wantProblems) {
		t.Errorf("%q\nwant\n%q", problems, wantProblems)
	}
	if wb.Format != ZIP {
		t.Errorf("%s", wb.Format)
	}
	days1904 := fileText(t, parts(t, map[string]string{"xl/workbook.xml": `<workbook><workbookPr date1904="1"/><sheets><sheet name="s" r:id="rId1"/></sheets></workbook>`, sheetPart: oneCell("x")}))
	if wb := open(t, zipFile(t, "a.csv", "1,2\n", "b.xlsx", days1904, "c.csv", "1,2\n")); !wb.Date1904 {
		t.Error("days from 1904 were forgotten")
	}
	if wb := open(t, zipFile(t, "2023.csv", "a;b\n1;2\n", "2024.csv", "a;b\n3;4\n")); wb.Format != CSV || wb.Delimiter != ";" || wb.Encoding != "utf-8" || wb.Sheets[1].Name != "2024.csv" {
		t.Errorf("%+v", wb)
	}
}

func TestZipHostile(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2\n", 1000)
	inner := fileText(t, zipFile(t, "a.csv", text))
	days1904 := fileText(t, parts(t, map[string]string{"xl/workbook.xml": `<workbook><workbookPr date1904="1"/><sheets><sheet name="s" r:id="rId1"/></sheets></workbook>`, sheetPart: oneCell("x")}))
	bomb := fileText(t, blown(t, sheetPart, worksheetNS+`<sheetData>`, " ", `</sheetData></worksheet>`, 200<<20, nil))
	var many, books []string
	for i := range 1001 {
		many = append(many, fmt.Sprintf("%04d.csv", i), "a,b\n1,2\n")
	}
	encrypted := fileText(t, odsFile(t, "-", map[string]string{"META-INF/manifest.xml": `<m><encryption-data/></m>`}))
	for i := range 5 {
		books = append(books, fmt.Sprintf("%d.html", i), "<table>"+strings.Repeat("<tr><td>"+strings.Repeat("x", 99), 10_000))
	}
	for _, c := range []struct {
		name  string
		pairs []string
		code  string
	}{
		{"zip in a zip", []string{"a.csv", text, "b.zip", inner}, FileTypeUnsupported},
		{"nothing to read", []string{"a.pdf", "%PDF-", "b.prj", "GEOGCS[1]"}, FileTypeUnsupported},
		{"unsafe", []string{"../a.csv", text}, ZipUnsafeEntry},
		{"bomb inside", []string{"a.csv", text, "b.xlsx", bomb}, ZipBomb},
		{"bomb of text", []string{"a.csv", "a,b\n" + strings.Repeat(" ", 30<<20)}, ZipBomb},
		{"damaged inside", []string{"a.csv", text, "b.ods", fileText(t, odsFile(t, odsHead, nil))}, FileDamaged},
		{"password inside", []string{"a.csv", text, "b.ods", encrypted}, FileEncrypted},
		{"many files", many, FileTooLarge},
		{"days from 1900 and 1904", []string{"a.xlsx", fileText(t, parts(t, map[string]string{sheetPart: oneCell("x")})), "b.xlsx", days1904}, FileTypeUnsupported},
		{"undecodable", []string{"a.csv", "中文,中文\n\xff\xff,\xfe\n"}, TextUndecodable},
	} {
		t.Run(c.name, func(t *testing.T) { refuse(t, zipFile(t, c.pairs...), c.code) })
	}
	if r := rejected(t, zipFile(t, books...), Options{Limits: Limits{Inflated: 4 << 20}}); r.Code != FileTooLarge || r.Args["entry"] == "" {
		t.Errorf("%v", r)
	}
	if r := rejected(t, zipFile(t, books...), Options{Limits: Limits{TextBytes: 4 << 20}}); r.Code != FileTooLarge || r.Args["limit"] != "text-bytes" {
		t.Errorf("%v", r)
	}
	whole := fileText(t, zipFile(t, "a.csv", text, "b.html", "<table><tr><td>1</table>", "c.xlsx", fileText(t, parts(t, map[string]string{sheetPart: oneCell("x")}))))
	for i := 1; i < 50; i++ {
		if r := rejected(t, textFile(t, whole[:len(whole)*i/50]), Options{TempDir: t.TempDir()}); r.Code != FileDamaged {
			t.Errorf("cut at %d/50: %v", i, r)
		}
	}
}

func FuzzZip(f *testing.F) {
	f.Add([]byte(fileText(f, zipFile(f, "a.csv", "a,b\n1,2\n", "b.html", "<table><tr><td>1", "c.pdf", "%PDF-"))))
	f.Add([]byte(fileText(f, zipFile(f, "b.xlsx", fileText(f, parts(f, map[string]string{sheetPart: oneCell("x")})), "a.fods", odsContent(`<table:table/>`)))))
	f.Add([]byte(fileText(f, zipFile(f, "z.zip", fileText(f, zipFile(f, "a.csv", "1,2\n"))))))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "f.zip")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
		// The bytes as content of files, for what a damaged directory would hide.
		if err := os.WriteFile(path, []byte(fileText(t, zipFile(t, "a", string(b), "b.csv", "1,2\n"))), 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
	})
}
