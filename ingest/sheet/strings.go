package sheet

import (
	"bytes"
	"errors"
	"unicode"
	"unicode/utf8"
)

// sharedStrings spools the table of shared texts: runs joined, phonetic runs
// dropped.
func (x *xlsxReading) sharedStrings(name string) error {
	if name == "" || x.a.has(name) == nil {
		return nil
	}
	p, err := x.a.open(name)
	if err != nil {
		return err
	}
	x.store.base = x.spool.offset()
	t := &stringTable{x: x, name: name, from: x.spool.offset()}
	t.win = newWindow(x.ctx, recoded(p), 2*x.opt.Limits.CellBytes, int64(p.file.UncompressedSize64))
	defer t.win.close()
	return t.read()
}

// stringTable scans sharedStrings.xml.
type stringTable struct {
	x      *xlsxReading
	name   string
	win    *window
	from   int64  // where the first text lies in the spool
	prefix string // of the namespace, with its colon
	opened bool
	closed bool
}

func (t *stringTable) read() error {
	used := 0
	for !t.win.eof {
		if err := t.win.more(used); err != nil {
			if errors.Is(err, errWindow) {
				return tooLarge("cell-bytes", int64(len(t.win.b)), int64(t.x.opt.Limits.CellBytes))
			}
			return err
		}
		t.x.progress(false)
		var err error
		if used, err = t.scan(t.win.b); err != nil {
			return err
		}
	}
	if !t.closed {
		return broken(bad, t.name, t.win.base+int64(used), "it ends too early")
	}
	return nil
}

// scan takes whole texts from b and gives how many bytes it used.
func (t *stringTable) scan(b []byte) (int, error) {
	for p := 0; ; {
		i := bytes.IndexByte(b[p:], '<')
		if i < 0 {
			return len(b), nil
		}
		p += i
		if t.opened && t.prefix == "" {
			next, err := t.plain(b, p)
			if err != nil {
				return p, err
			}
			if next > 0 {
				p = next
				continue
			}
		}
		m, end := readMarkup(b, p)
		local, ours := bytes.CutPrefix(m.name, []byte(t.prefix))
		switch {
		case end == more:
			return p, nil
		case end < 0:
			return p, broken(end, t.name, t.win.base+int64(p), "a tag cannot be read")
		case m.name == nil:
		case !t.opened:
			t.opened, t.prefix, t.closed = true, prefixOf(m.name), m.empty
		case ours && string(local) == "si" && !m.shut:
			if !m.empty {
				if end = t.text(b, end); end == more {
					return p, nil
				} else if end < 0 {
					return p, broken(end, t.name, t.win.base+int64(p), "a text cannot be read")
				}
			}
			if err := t.add(); err != nil {
				return p, err
			}
		case ours && m.shut && string(local) == "sst":
			t.closed = true
		}
		p = end
	}
}

// plain reads one text of the usual form and gives the place behind it, or 0.
func (t *stringTable) plain(b []byte, p int) (int, error) {
	text, class, end := plainText(b, p, "<si>", "</si>")
	if end <= 0 {
		return 0, nil
	}
	sp := &t.x.spool
	from := len(sp.b)
	if class&byteEscape == 0 {
		sp.b = append(sp.b, text...)
	} else {
		var ok bool
		if sp.b, ok = unescape(sp.b, text); !ok {
			return 0, broken(bad, t.name, t.win.base+int64(p), "a text cannot be read")
		}
	}
	if class&byteUnder != 0 {
		sp.b = unescapeX(sp.b, from)
	}
	return end, t.add()
}

// prefixOf gives the namespace prefix of a name with its colon.
func prefixOf(name []byte) string { return string(name[:bytes.IndexByte(name, ':')+1]) }

// text appends the runs of one <si> to the spool; nothing of it stays there
// where the bytes at hand end too early.
func (t *stringTable) text(b []byte, p int) int {
	sp := &t.x.spool
	start := len(sp.b)
	dst, end := richText(sp.b, b, p, t.prefix, "si")
	if end < 0 {
		dst = dst[:start]
	}
	sp.b = dst
	return end
}

// richText appends the text of <si> or <is>: its <t>, those of runs joined,
// phonetic ones dropped. It gives the place behind the closing tag.
func richText(dst, b []byte, p int, prefix, name string) ([]byte, int) {
	phonetic := false
	for {
		i := bytes.IndexByte(b[p:], '<')
		if i < 0 {
			return dst, more
		}
		p += i
		m, end := readMarkup(b, p)
		if end < 0 {
			return dst, end
		}
		p = end
		local, ours := bytes.CutPrefix(m.name, []byte(prefix))
		if !ours || m.empty || len(local) == 0 {
			continue
		}
		switch {
		case string(local) == "t" && !m.shut:
			from := len(dst)
			if dst, p = content(dst, b, p); p < 0 {
				return dst, p
			}
			if dst = unescapeX(dst, from); phonetic {
				dst = dst[:from]
			}
		case string(local) == "rPh":
			phonetic = !m.shut
		case string(local) == name && m.shut:
			return dst, p
		case string(local) == "sst", string(local) == "row", string(local) == "c":
			return dst, bad
		}
	}
}

// add ends one text: what was appended since the last.
func (t *stringTable) add() error {
	x := t.x
	l := x.opt.Limits
	last := x.store.texts[len(x.store.texts)-1]
	end := x.spool.offset() - t.from
	n := int(end - int64(last))
	text := x.spool.b[len(x.spool.b)-n:]
	switch {
	case end > l.SharedBytes:
		return tooLarge("shared-bytes", end, l.SharedBytes)
	case len(x.store.texts) > l.SharedStrings:
		return tooLarge("shared-strings", int64(len(x.store.texts)), int64(l.SharedStrings))
	case n > l.CellBytes:
		return tooLarge("cell-bytes", int64(n), int64(l.CellBytes))
	case !utf8.Valid(text):
		return broken(bad, t.name, t.win.base, "a text is not UTF-8")
	}
	if n > l.CellRunes && utf8.RuneCount(text) > l.CellRunes {
		x.problems.of(TextTooLong, "")
	}
	if blankText(text) && n > 0 {
		x.blank.set(len(x.store.texts) - 1)
	}
	x.store.texts = append(x.store.texts, uint32(end))
	return x.spool.settle()
}

// blankText reports text that is white space only.
func blankText(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if b[0] > ' ' && b[0] < 0x80 {
		return false
	}
	if r, _ := utf8.DecodeRune(b); !unicode.IsSpace(r) {
		return false
	}
	return len(bytes.TrimSpace(b)) == 0
}

// bits is a set of small numbers.
type bits []uint64

func (b *bits) set(n int) {
	for len(*b) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b bits) has(n int) bool { return n/64 < len(b) && b[n/64]&(1<<(n%64)) != 0 }
