package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

// bareBIFF recognises the records of a workbook without an OLE file around
// them, as Excel 2 to 4 and programs of those days wrote them.
func bareBIFF(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	id, size := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
	if size < 4 || size > 16 {
		return false
	}
	switch binary.LittleEndian.Uint16(head[6:]) {
	case bofGlobals, bofSheet, bofChart, bofMacros, bofWorkspace:
		return id == 0x0009 || id == 0x0209 || id == 0x0409 || id == 0x0809
	}
	return false
}

// sniffOLE names what an OLE file holds by the streams in its root; anything
// but a workbook is refused.
func sniffOLE(r io.ReaderAt, size int64) (FileFormat, error) {
	f, err := openOLE(r, size)
	if err != nil {
		var broken *Rejected
		if !errors.As(err, &broken) {
			return "", err
		}
		return "", sniffBrokenOLE(r, size, broken)
	}
	if _, encrypted := f.has("EncryptedPackage"); encrypted {
		return "", encryptedOLE()
	}
	if _, ok := f.workbook(); ok {
		return XLS, nil
	}
	for _, o := range oleNames {
		if _, ok := f.has(o.stream); ok {
			return "", unsupported(o.found)
		}
	}
	if string(f.class[:]) == msiClass {
		return "", unsupported("msi")
	}
	return "", unsupported("ole")
}

// msiClass is the class of an installer's root.
const msiClass = "\x84\x10\x0C\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46"

// oleNames are the streams by which other programs' files are known.
var oleNames = []struct{ stream, found string }{
	{"WordDocument", "doc"},
	{"PowerPoint Document", "ppt"},
	{"VisioDocument", "vsd"},
	{"__properties_version1.0", "msg"},
	{"MatOST", "works"},
	{"Quill", "pub"},
	{"HwpSummaryInformation", "hwp"},
	{"\x05HwpSummaryInformation", "hwp"},
}

func encryptedOLE() *Rejected {
	return reject(FileEncrypted, "found", "xlsx", "fix", "open it, remove the password and save it again")
}

// sniffBrokenOLE says of a file whose directory cannot be read what it was, by
// the names of streams that stand in it as UTF-16.
func sniffBrokenOLE(r io.ReaderAt, size int64, broken *Rejected) error {
	const window = 64 << 10
	has := map[string]bool{}
	names := []string{"EncryptedPackage", "Workbook", "Book", "WordDocument", "PowerPoint Document"}
	buf := make([]byte, window)
	scanned := int64(0)
	for off := int64(0); off < size && scanned < 64<<20; off += window - 128 {
		n, err := r.ReadAt(buf, off)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read spreadsheet: %w", err)
		}
		for _, name := range names {
			if !has[name] && bytes.Contains(buf[:n], streamName(name)) {
				has[name] = true
			}
		}
		scanned += int64(n)
	}
	switch {
	case has["EncryptedPackage"]:
		return encryptedOLE()
	case has["Workbook"], has["Book"]:
		return broken
	case has["WordDocument"]:
		return unsupported("doc")
	case has["PowerPoint Document"]:
		return unsupported("ppt")
	}
	return broken
}

// streamName is a name as an OLE directory entry begins: UTF-16 and a zero.
func streamName(name string) []byte {
	b := make([]byte, 0, 2*len(name)+2)
	for _, u := range utf16.Encode([]rune(name)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return append(b, 0, 0)
}
