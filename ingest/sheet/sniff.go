package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// sniffed is how much of a file's head decides what it is.
const sniffed = 8 << 10

const saveAsXLSX = "open it in the program that made it and save it as .xlsx or .csv"

// sniff finds out by content what a file is; anything that is not read gives a
// Rejected that names it.
func sniff(r io.ReaderAt, size int64) (FileFormat, error) {
	if size == 0 {
		return "", reject(FileEmpty)
	}
	head := make([]byte, min(size, sniffed))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read spreadsheet: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return ZIP, nil
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return sniffOLE(r, size)
	case bareBIFF(head):
		return XLS, nil
	case len(bytes.Trim(head, "\x00\t\r\n\f\v \xEF\xBB\xBF")) == 0 && size <= sniffed:
		return "", reject(FileEmpty)
	}
	for _, m := range magics {
		if len(head) >= m.at+len(m.bytes) && string(head[m.at:m.at+len(m.bytes)]) == m.bytes {
			return "", unsupported(m.found)
		}
	}
	switch found := sniffMarkup(head); found {
	case "":
	case string(ODS), string(HTML), string(MHTML), string(XML2003):
		return FileFormat(found), nil
	default:
		return "", unsupported(found)
	}
	if binaryJunk(head) {
		return "", reject(FileTypeUnknown, "found", fmt.Sprintf("% x", head[:min(8, len(head))]), "fix", saveAsXLSX)
	}
	return CSV, nil
}

func unsupported(found string) error {
	return reject(FileTypeUnsupported, "found", found, "fix", saveAsXLSX)
}

// magics are the first bytes of files that are often sent by mistake.
var magics = []struct {
	at    int
	bytes string
	found string
}{
	{0, "%PDF-", "pdf"},
	{0, "\x89PNG\r\n\x1a\n", "png"},
	{0, "\xFF\xD8\xFF", "jpeg"},
	{0, "GIF8", "gif"},
	{0, "II*\x00", "tiff"},
	{0, "MM\x00*", "tiff"},
	{8, "WEBP", "webp"},
	{0, "SQLite format 3\x00", "sqlite"},
	{0, "PAR1", "parquet"},
	{0, "ARROW1", "arrow"},
	{0, "Obj\x01", "avro"},
	{0, "ORC", "orc"},
	{8, "DUCK", "duckdb"},
	{0, "\x1F\x8B\x08", "gzip"},
	{0, "BZh", "bzip2"},
	{0, "\xFD7zXZ\x00", "xz"},
	{0, "\x28\xB5\x2F\xFD", "zstd"},
	{0, "7z\xBC\xAF\x27\x1C", "7z"},
	{0, "Rar!\x1A\x07", "rar"},
	{0, "{\\rtf", "rtf"},
	{0, "\x7FELF", "program"},
	{0, "MZ\x90\x00", "program"},
	{257, "ustar", "tar"},
	{0, "PK\x07\x08", "zip in parts"},
	{0, "\x89HDF\r\n\x1a\n", "hdf5"},
	{0, "$FL2", "spss"},
	{0, "$FL3", "spss"},
}

// sniffMarkup names html, xml spreadsheets and json, which look like text.
func sniffMarkup(head []byte) string {
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		head = head[2:]
	}
	text := strings.ToLower(strings.ReplaceAll(string(head), "\x00", "")) // UTF-16 becomes readable
	text = strings.TrimLeft(text, "\uFEFF \t\r\n\f\v")
	switch {
	case strings.HasPrefix(text, "mime-version:") && strings.Contains(text, "multipart/related"):
		return string(MHTML)
	case strings.HasPrefix(text, "id;p"):
		return "sylk"
	case strings.HasPrefix(text, "{") && strings.Contains(text, "\":") || jsonRows(text):
		return "json"
	case !strings.HasPrefix(text, "<"):
		return ""
	case strings.Contains(text, "urn:schemas-microsoft-com:office:spreadsheet"):
		return string(XML2003)
	case strings.Contains(text, "<office:document"), strings.Contains(text, "urn:oasis:names:tc:opendocument:xmlns:office:1.0"):
		return sniffFlat(text)
	case strings.Contains(text, "<html"), strings.Contains(text, "<table"), strings.Contains(text, "<!doctype html"):
		return string(HTML)
	case strings.HasPrefix(text, "<?xml"):
		return "xml"
	}
	return ""
}

// sniffFlat tells flat OpenDocument spreadsheets from texts and slides.
func sniffFlat(text string) string {
	if strings.Contains(text, "opendocument.spreadsheet") || !strings.Contains(text, "vnd.oasis.opendocument.") {
		return string(ODS)
	}
	return "opendocument"
}

// jsonRows recognises a list of objects or lists.
func jsonRows(text string) bool {
	rest, ok := strings.CutPrefix(text, "[")
	rest = strings.TrimLeft(rest, " \t\r\n")
	return ok && (strings.HasPrefix(rest, "{\"") || strings.HasPrefix(rest, "[[") || strings.HasPrefix(rest, "[\""))
}

// binaryJunk reports control characters that no text has. UTF-16 is full of
// zero bytes, so those are judged by the decoder.
func binaryJunk(head []byte) bool {
	control := 0
	for _, c := range head {
		if c < 0x20 && c != 0 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1A && c != 0x1B {
			control++
		}
	}
	if bytes.IndexByte(head, 0) < 0 {
		return control*20 > len(head)
	}
	return control*10 > len(head) && !bytes.HasPrefix(head, []byte{0xFF, 0xFE}) && !bytes.HasPrefix(head, []byte{0xFE, 0xFF})
}

// sniffZip names what a zip without a workbook is.
func sniffZip(files map[string]*zip.File) error {
	has := func(name string) bool { return files[name] != nil }
	switch {
	case has("word/document.xml"):
		return unsupported("docx")
	case has("ppt/presentation.xml"):
		return unsupported("pptx")
	case has("index/document.iwa"), has("index.zip"):
		return unsupported("numbers")
	case has("mimetype"):
		return unsupported(mimetype(files["mimetype"]))
	case has("[content_types].xml"):
		return reject(FileDamaged, "entry", "xl/workbook.xml", "reason", "missing")
	case len(files) == 0:
		return reject(FileEmpty)
	}
	return unsupported("zip")
}

// mimetype reads what an OpenDocument or EPUB file says it is.
func mimetype(f *zip.File) string {
	r, err := f.Open()
	if err != nil {
		return "zip"
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 128))
	if err != nil {
		return "zip"
	}
	switch name := string(bytes.TrimSpace(b)); {
	case strings.Contains(name, "opendocument.spreadsheet"):
		return "ods"
	case strings.Contains(name, "opendocument.text"):
		return "odt"
	case strings.Contains(name, "opendocument"):
		return "opendocument"
	case strings.Contains(name, "epub"):
		return "epub"
	}
	return "zip"
}
