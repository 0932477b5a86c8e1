package sheet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// pageFile puts a page into a file with the usual wrong name.
func pageFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.xls")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPages(t *testing.T) {
	for _, c := range []struct{ name, html, want, problems string }{
		{"plain", `<table><tr><th>a<th>b</tr><tr><td>1</td><td>2</td></tr></table>`, "1: t\"a\"b t\"b\"b\n2: t\"1\" t\"2\"\n", ""},
		{"nothing closed", `<table><tr><td>a<td>b<tr><td>1<td>2`, "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"groups", `<table><caption>题</caption><colgroup><col><col></colgroup><thead><tr><td>a</thead><tbody><tr><td>1</tbody><tfoot><tr><td>2</tfoot></table>`, "1: t\"题\"\n2: t\"a\"\n3: t\"1\"\n4: t\"2\"\n", ""},
		{"spans", `<table><tr><td rowspan=2>a<td colspan=2>b<td rowspan=3>c<tr><td>d<td>e<tr><td>f<td>g<td>h<tr><td>i</table>`,
			"1: t\"a\" t\"b\" . t\"c\"\n2: . t\"d\" t\"e\"\n3: t\"f\" t\"g\" t\"h\"\n4: t\"i\"\n", ""},
		{"text", "<table><tr><td> a\n b&nbsp;<b>c</b><br>  d<p>e</p><div>f</div>&lt;&#20013;&amp;\x00</td><td><br></td><td>&nbsp;</td><td><span style='display:none'>no<span>no</span></span>yes<script>no</script><!-- no --></td></tr></table>",
			"1: t\"a b\\u00a0c\\nd\\ne\\nf\\n<中&\\x00\" . t\"\\u00a0\" t\"yes\"\n", "nul-bytes@A1"},
		{"bold", `<table><tr><td><b>a</b> b<td style="font-weight:700">c<td><strong> d</strong><th style="font-weight:normal">e<td><s>f</s><tr style="font-weight:bold"><td>g</table>`,
			"1: t\"a b\"b t\"c\"b t\"d\"b t\"e\" t\"f\"s\n2: t\"g\"b\n", ""},
		{"numbers of Excel", `<style><!-- table {x:y} .xl1 {mso-number-format:"\@";} .xl2, td.xl3 {mso-number-format:"0\.00%"; font-weight:700} .xl4{mso-number-format:"yyyy\0022年\0022m\0022月\0022";mso-char-indent-count:2;} .xl5{mso-number-format:Percent}--></style><table><tr><td class=xl1>007<td class=xl2 x:num="0.125">12.50%<td class=xl3 x:num>5<td class="foo xl4" x:num="45415">2024年5月<td x:num>1,234<td x:str>12<td x:bool="TRUE">WAHR<td x:err="#N/A">#N/A<td x:num="3" x:fmla="=A1">3<td class=xl5 x:num="1">100%<td x:num><td style='mso-number-format:"\#\,\#\#0"' x:num="1234.5">1,235</table>`,
			"1: t\"007\"#1 n\"0.125\"b#2 n\"5\"b#2 n\"45415\">2#3 t\"1,234\" t\"12\"#1 b\"TRUE\" e\"#N/A\" n\"3\"f n\"1\"#2 . n\"1234.5\"#4\n", "cell-error@H1"},
		{"numbers of others", `<table><tr><td sdval="0.125" sdnum="1033;0;0.00%">12.50%<td sdval="7">7<td data-t="n" data-v="1.5" data-z="0.0">1.5<td data-t="s" data-v="x">y<td data-t="b" data-v="true">TRUE</table>`,
			"1: n\"0.125\"#1 n\"7\" n\"1.5\"#2 t\"x\"#3 b\"TRUE\"\n", ""},
		{"hidden", `<style>.h{display:none}</style><table><col><col style="display:none" span=2><tr><td>1<td>2<tr style='height:0;display:none'><td>3<tr class=h><td>4<tr hidden><td>5<tr><td>6</table>`,
			"1: t\"1\" t\"2\"h\n2: t\"3\"\n3: t\"4\"\n4: t\"5\"\n5: t\"6\"\n", ""},
		{"text around", `<html><head><title>no</title></head><body><h1>标题</h1><p>单位：万元</p>loose<table><tr><td>1</table><p>注：a<br>b</p></body></html>`,
			"1: t\"标题\"\n2: t\"单位：万元\"\n3: t\"loose\"\n4: t\"1\"\n5: t\"注：a\"\n6: t\"b\"\n", ""},
		{"two tables", `<table><tr><td>a<td>b</table><table><tr><td>1<td>2<td>3</table>`, "1: t\"a\" t\"b\"\n3: t\"1\" t\"2\" t\"3\"\n", ""},
		{"head and body apart", `<div><table><tr><th>a<th rowspan=2>b<tr><th>c</table></div><div><table><tr><td rowspan=2>1<td>2<tr><td>3</table></div>`, "1: t\"a\"b t\"b\"b\n2: t\"c\"b\n3: t\"1\" t\"2\"\n4: . t\"3\"\n", ""},
		{"table in a cell", `<table><tr><td>a<td>b<tr><td>1<td>x <table><tr><td>in<td>side<tr><td>y</table> z<tr><td>2<td>3</table>`,
			"1: t\"a\" t\"b\"\n2: t\"1\" t\"x\\nin side\\ny\\nz\"\n3: t\"2\" t\"3\"\n", "table-in-cell@B2"},
		{"page laid out by tables", `<table><tr><td>标题</td></tr><tr><td>前<table><tr><td>a<td>b<tr><td>1<td>2</table>后</td></tr><tr><td>注：c</td></tr></table>`,
			"1: t\"标题\"\n2: t\"前\"\n3: t\"a\" t\"b\"\n4: t\"1\" t\"2\"\n5: t\"后\"\n6: t\"注：c\"\n", ""},
		{"rows without a table", `<html><tr><td>a<td>b<tr><td>1<td>2</html>`, "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"unclosed head", `<html><head><style>td{x:y}</style><body><table><tr><td>1</table>`, "1: t\"1\"\n", ""},
		{"xml declared", `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="x"><table><tr><td/><td>1</td></tr></table></html>`, "1: . t\"1\"\n", ""},
		{"empty rows count", `<table><tr></tr><tr><td></td></tr><tr><td>1</td></tr></table>`, "3: t\"1\"\n", ""},
		{"conditions of Excel", `<html><!--[if gte mso 9]><xml><x:Name>s</x:Name></xml><![endif]--><table><tr><td>1</td></tr><![if supportMisalignedColumns]><tr style='display:none'><td></td></tr><![endif]></table></html>`, "1: t\"1\"\n", ""},
		{"nothing hides what follows", `<html><head><title>x</title><table><tr><td><select><option>no<td>1<tr><td><object>no<td>2</table>`, "1: . t\"1\"\n2: . t\"2\"\n", ""},
		{"template", `<table><tr><td>1</table><template><table><tr><td>no</table></template><noscript>no</noscript>`, "1: t\"1\"\n", ""},
		{"form in a cell", `<table><tr><td>1<select><option>no</select><input value=no><td><button>no</button><textarea>no</textarea>2</table>`, "1: t\"1\" t\"2\"\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			wb := open(t, pageFile(t, c.html))
			if got := dump(t, wb.Sheets[0]); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if got := problemCodes(wb); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
			if wb.Format != HTML || len(wb.Sheets) != 1 || wb.Sheets[0].Name != "" {
				t.Errorf("%s, %d sheets", wb.Format, len(wb.Sheets))
			}
		})
	}
}

func TestPageMergesAndHidden(t *testing.T) {
	wb := open(t, pageFile(t, `<table><col style="display:none"><tr><td colspan=3 rowspan=2>a<tr><tr style="display:none"><td>b</table><table><tr><td rowspan=2>1<td>2<td>3</table>`))
	s := wb.Sheets[0]
	if got := fmt.Sprint(s.Merges); got != "[{1 1 2 3} {4 1 5 1}]" {
		t.Errorf("merges %s", got)
	}
	if !s.HiddenRow(3) || s.HiddenRow(2) || !s.HiddenCol(1) || s.HiddenCol(2) {
		t.Error("hidden")
	}
}

func TestPageEncodings(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("<table><tr><td>中文镕")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, html, encoding, problems string }{
		{"meta gb2312", `<html><meta http-equiv="Content-Type" content="text/html; charset=gb2312">` + gbk, "gb18030", ""},
		{"meta gbk", `<html><meta charset='GBK'>` + gbk, "gb18030", ""},
		{"meta says gb2312, is utf-8", `<html><meta charset=gb2312><table><tr><td>中文镕`, "utf-8", ""},
		{"meta says utf-8, is gbk", `<html><meta charset=utf-8>` + gbk + strings.TrimPrefix(gbk, "<table>"), "gb18030", "encoding-guessed@"},
		{"mark", "\xEF\xBB\xBF<html><meta charset=gbk><table><tr><td>中文镕", "utf-8", ""},
		{"utf-16", "\xFF\xFE" + utf16LE("<table><tr><td>中文镕"), "utf-16le", ""},
		{"unknown", `<html><meta charset=x-none><table><tr><td>中文镕`, "utf-8", ""},
	} {
		wb := open(t, pageFile(t, c.html))
		if got := dump(t, wb.Sheets[0]); !strings.HasPrefix(got, "1: t\"中文镕\"\n") || wb.Encoding != c.encoding || wb.Why == "" || problemCodes(wb) != c.problems {
			t.Errorf("%s: %s %s %s %s", c.name, got, wb.Encoding, wb.Why, problemCodes(wb))
		}
	}
	if r := rejected(t, pageFile(t, `<html><meta charset=big5><table><tr><td>`+"\xA4\xFF\xFF"), Options{}); r.Code != TextUndecodable {
		t.Error(r)
	}
}

func utf16LE(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestPageHostile(t *testing.T) {
	for _, c := range []struct{ name, html, code string }{
		{"too wide", `<table><tr>` + strings.Repeat(`<td colspan=1000>`, 17), FileTooLarge},
		{"long text", `<table><tr><td>` + strings.Repeat(`<b>0123456789`, 500_000), FileTooLarge},
		{"one long tag", `<table><tr><td x="` + strings.Repeat("a", 33<<20), FileTooLarge},
		{"too many rows", `<table>` + strings.Repeat(`<tr><td>`, 1_048_576) + `<tr><td>1`, FileTooLarge},
		{"no table", `<html><p>登录`, FileTypeUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) { refuse(t, pageFile(t, c.html), c.code) })
	}
	for name, html := range map[string]string{
		"deep tables": strings.Repeat(`<table><tr><td>`, 200_000),
		"spans":       `<table><tr>` + strings.Repeat(`<td rowspan=65534>`, 16_000) + strings.Repeat(`<tr><td>1`, 60_000),
		"wide spans":  `<table><tr>` + strings.Repeat(`<td colspan=1000 rowspan=65534>`, 16) + strings.Repeat(`<tr><td>1`, 60_000),
		"hidden":      `<table><tr><td>` + strings.Repeat(`<i style="display:none">`, 100_000),
		"closings":    `<table>` + strings.Repeat(`</td></tr></div></table></span>`, 100_000),
		"styles":      `<html><style>` + strings.Repeat(`.a.b,.c{mso-number-format:"\\`, 50_000) + `</style><table>`,
		"breaks":      `<table><tr><td>` + strings.Repeat(`<br>`, 300_000) + "x",
	} {
		begin := time.Now()
		wb, err := Open(t.Context(), pageFile(t, html), Options{TempDir: t.TempDir()})
		var r *Rejected
		if took := time.Since(begin); took > 3*time.Second || err != nil && !(errors.As(err, &r) && r.Args["limit"] == "blank-cells") {
			t.Errorf("%s took %v, %v", name, took, err)
		}
		if err := wb.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPageTruncated(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<html><head><meta charset="utf-8"><style>.x{mso-number-format:"\@"}</style></head><body><table>`)
	for i := range 2000 {
		fmt.Fprintf(&b, `<tr><td class=x>%d</td><td x:num="%d">单位</td></tr>`, i, i*7)
	}
	text := b.String()
	for i := 1; i < 50; i++ { // a page has no end that could be missed: what is there is read
		cut := text[:len(text)*i/50]
		for len(cut) > 0 && cut[len(cut)-1] >= 0x80 {
			cut = cut[:len(cut)-1]
		}
		if wb := open(t, pageFile(t, cut)); wb.Sheets[0].Rows() < 2000*i/50-5 {
			t.Errorf("cut at %d/50: %d rows", i, wb.Sheets[0].Rows())
		}
	}
}

const webArchive = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"--=_X\"\r\n\r\n" +
	"This is a web page.\r\n----=_X\r\nContent-Location: file:///C:/B/book.htm\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\r\n" +
	"<html><head><meta charset=3Dgb2312><!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet>\r\n<x:Name>=D2=BB=D4=C2</x:Name>\r\n<x:WorksheetSource HRef=3D\"book.files/sheet001.htm\"/></x:ExcelWorksheet>" +
	"<x:ExcelWorksheet><x:Name>two</x:Name><x:WorksheetSource HRef=3D\"book.files/sheet002.htm\"/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]--></head><frameset></frameset></html>\r\n" +
	"----=_X\r\nContent-Location: file:///C:/B/book.files/stylesheet.css\r\nContent-Type: text/css\r\n\r\n.xl1 {mso-number-format:\"\\@\";}\r\n" +
	"----=_X\r\nContent-Location: file:///C:/B/book.files/tabstrip.htm\r\nContent-Type: text/html\r\n\r\n<table><tr><td>tabs</table>\r\n" +
	"----=_X\r\nContent-Location: file:///C:/B/book.files/sheet001.htm\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html\r\n\r\n<html><meta charset=3Dgb2312><table><tr><td class=3Dxl1>=D6=D0=\r\n=CE=C4<td x:num>5</table>\r\n" +
	"----=_X\r\nContent-Location: file:///C:/B/book.files/sheet002.htm\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\nPHRhYmxlPjx0cj48dGQ+eA==\r\n" +
	"----=_X\r\nContent-Location: file:///C:/B/book.files/image.png\r\nContent-Type: image/png\r\n\r\nPNG\r\n----=_X--\r\n"

func TestWebArchive(t *testing.T) {
	wb := open(t, pageFile(t, webArchive))
	var got []string
	for _, s := range wb.Sheets {
		got = append(got, s.Name+fmt.Sprint(s.Hidden)+" "+dump(t, s))
	}
	if want := "[一月false 1: t\"中文\"#1 n\"5\"\n twotrue 1: t\"x\"\n]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %v", got, want)
	}
	one := "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=X\n\n--X\nContent-Type: text/html\n\n<table><tr><td>1</table>\n--X--\n"
	if wb := open(t, pageFile(t, one)); len(wb.Sheets) != 1 || wb.Sheets[0].Name != "" {
		t.Errorf("%d sheets", len(wb.Sheets))
	}
	for i := 5; i < 50; i++ {
		if r := rejected(t, pageFile(t, webArchive[:len(webArchive)*i/50]), Options{TempDir: t.TempDir()}); r.Code != FileDamaged {
			t.Errorf("cut at %d/50: %v", i, r)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, html := range []string{
		`<table><tr><td rowspan=2 colspan=3>a<td x:num="1.5">b<tr><th>c<table><tr><td>d</table></table>`,
		`<style>.a{mso-number-format:"0\.00%";display:none}</style><table class=a><col span=2 class=a><tr class=a><td class="a b" x:str="'1">&nbsp;x<br>y<p>z</table>text<table><tr><td>1`,
		"<html><meta charset=gb2312><table><tr><td>\xD6\xD0\xCE\xC4</table>", `<tr><td sdval=1 sdnum=";;0%">1<td data-t=n data-v=2>`, `<table><tr><td><b style="display:none">x</b><select><table>`,
		webArchive, `<title>a</title><meta name=author content=b><!--<o:Author>c</o:Author>--><xml><o:company>d</xml><table><tr><td>1`,
	} {
		f.Add([]byte(html))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "f.html")
		for _, head := range []string{"", "<html>"} {
			if err := os.WriteFile(path, append([]byte(head), b...), 0o600); err != nil {
				t.Fatal(err)
			}
			readAll(t, path, Options{})
		}
	})
}
