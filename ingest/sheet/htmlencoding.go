package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

var pageCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})`)

// pageEncoding decides how the bytes of a page become characters: a byte order
// mark or the sender, then strict UTF-8, then what the page says of itself,
// then evidence. Pages that say utf-8 and are not are common, and so are those
// that say gb2312 and hold characters of GBK.
func (rd *reading) pageEncoding() (textEncoding, error) {
	head := make([]byte, min(rd.size, 16<<10))
	if _, err := rd.file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return textEncoding{}, fmt.Errorf("read page: %w", err)
	}
	marked := bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) || bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF})
	m := pageCharset.FindSubmatch(head)
	if rd.opt.Encoding != "" || marked || m == nil {
		return rd.findEncoding()
	}
	codec, err := htmlindex.Get(string(m[1]))
	if err != nil {
		return rd.findEncoding()
	}
	name, err := htmlindex.Name(codec)
	if err != nil || name == "utf-8" || strings.HasPrefix(name, "utf-16") || name == "x-user-defined" || name == "replacement" {
		return rd.findEncoding()
	}
	u, err := rd.checkUTF8(0)
	if err != nil {
		return textEncoding{}, err
	}
	if u.bad < 0 {
		return rd.findEncoding()
	}
	if name == "gbk" || name == "gb2312" {
		name, codec = "gb18030", gb18030
	}
	return textEncoding{name: name, why: "the page says charset=" + string(m[1]), codec: codec}, nil
}
