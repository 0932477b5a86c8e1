package sheet

import (
	"bytes"
	"errors"
	"io"
)

// elements reads a large XML part element by element, for the formats whose
// cells hold elements of their own. It keeps no tree and allocates nothing for
// a tag.
type elements struct {
	name    string // of the part, for refusals
	win     *window
	limits  Limits
	tick    func() // is told now and then that reading goes on
	handler elementHandler
	known   map[string]string // namespace -> the prefix that it usually has

	prefixes map[string]string // prefix of this part -> usual prefix, where they differ
	depth    int
	skip     int // the depth of the element that is skipped, 0 for none
	closed   bool
	open     []byte // the names of the elements that are open, one behind the other
	starts   []int  // where each begins in open
	element  []byte // scratch of an element's usual name
	attr     []byte // and of an attribute's
	text     []byte
}

// elementHandler takes what elements meets. Names have their usual prefix.
type elementHandler interface {
	// start is told of an element; false skips it with all that is in it.
	start(name []byte, m markup) (bool, error)
	end(name []byte) error
	// wants says whether text is wanted here; chars takes it, entities resolved.
	wants() bool
	chars(text []byte) error
}

// readElements reads a part to its end.
func (rd *reading) readElements(r io.Reader, e *elements, size int64) error {
	e.limits, e.prefixes = rd.opt.Limits, map[string]string{}
	e.win = newWindow(rd.ctx, recoded(r), 2*rd.opt.Limits.CellBytes, size)
	defer e.win.close()
	used := 0
	for !e.win.eof {
		if err := e.win.more(used); err != nil {
			if errors.Is(err, errWindow) {
				return tooLarge("cell-bytes", int64(len(e.win.b)), int64(e.limits.CellBytes))
			}
			return err
		}
		if e.tick != nil {
			e.tick()
		}
		var err error
		if used, err = e.scan(e.win.b); err != nil {
			return err
		}
	}
	if !e.closed {
		return broken(bad, e.name, e.win.base+int64(used), "it ends too early")
	}
	return nil
}

// scan takes whole tags and texts from b and gives how many bytes it used.
func (e *elements) scan(b []byte) (int, error) {
	for p := 0; ; {
		next := bytes.IndexByte(b[p:], '<')
		wanted := e.skip == 0 && e.depth > 0 && e.handler.wants()
		switch {
		case next < 0 && wanted:
			return p, nil // a text is taken whole
		case next < 0:
			return len(b), nil
		case next > 0 && wanted:
			var ok bool
			if e.text, ok = unescape(e.text[:0], b[p:p+next]); !ok {
				return p, e.broken(bad, p, "a text cannot be read")
			}
			if err := e.handler.chars(e.text); err != nil {
				return p, err
			}
		}
		p += next
		m, end := readMarkup(b, p)
		switch {
		case end == more:
			return p, nil
		case end < 0:
			return p, e.broken(end, p, "a tag cannot be read")
		case m.name == nil:
			if wanted && bytes.HasPrefix(b[p:], []byte("<![CDATA[")) {
				e.text = normalise(e.text[:0], b[p+9:end-3])
				if err := e.handler.chars(e.text); err != nil {
					return p, err
				}
			}
		default:
			if err := e.tag(m, p); err != nil {
				return p, err
			}
		}
		p = end
	}
}

func (e *elements) broken(code, p int, reason string) error {
	return broken(code, e.name, e.win.base+int64(p), reason)
}

// tag takes one tag.
func (e *elements) tag(m markup, p int) error {
	if e.closed {
		return e.broken(bad, p, "something stands behind its end")
	}
	if m.shut {
		return e.shut(m, p)
	}
	if e.depth >= xmlDepth {
		return e.broken(bad, p, "nested too deep")
	}
	if bytes.Contains(m.attrs, []byte("xmlns")) {
		e.namespaces(m)
	}
	e.depth++
	e.starts = append(e.starts, len(e.open))
	e.open = append(e.open, m.name...)
	if e.skip == 0 {
		name := e.usual(m.name, &e.element)
		into, err := e.handler.start(name, m)
		if err != nil {
			return err
		}
		if !into {
			e.skip = e.depth
		} else if m.empty {
			if err := e.handler.end(name); err != nil {
				return err
			}
		}
	}
	if m.empty {
		e.leave()
	}
	return nil
}

func (e *elements) shut(m markup, p int) error {
	if e.depth == 0 {
		return e.broken(bad, p, "a tag closes nothing")
	}
	if !bytes.Equal(e.open[e.starts[e.depth-1]:], m.name) {
		return e.broken(bad, p, "a tag is not closed")
	}
	if e.skip == 0 {
		if err := e.handler.end(e.usual(m.name, &e.element)); err != nil {
			return err
		}
	}
	e.leave()
	return nil
}

// leave steps out of an element.
func (e *elements) leave() {
	if e.skip == e.depth {
		e.skip = 0
	}
	e.depth--
	e.open, e.starts = e.open[:e.starts[e.depth]], e.starts[:e.depth]
	e.closed = e.depth == 0
}

// namespaces learns the prefixes that differ from the usual ones. A default
// namespace counts on the outermost element only: further in it belongs to
// formatted text.
func (e *elements) namespaces(m markup) {
	for name, value, rest, ok := attribute(m.attrs); ok; name, value, rest, ok = attribute(rest) {
		prefix, declared := bytes.CutPrefix(name, []byte("xmlns"))
		if !declared || len(prefix) == 0 && e.depth > 0 || len(prefix) > 0 && prefix[0] != ':' || len(e.prefixes) > 100 {
			continue
		}
		if len(prefix) > 0 {
			prefix = prefix[1:]
		}
		usual, ours := e.known[string(value)]
		switch {
		case ours && usual != string(prefix):
			e.prefixes[string(prefix)] = usual
		case !ours && e.isUsual(string(prefix)):
			e.prefixes[string(prefix)] = "other" // taken by a namespace that is not ours
		}
	}
}

func (e *elements) isUsual(prefix string) bool {
	for _, usual := range e.known {
		if usual == prefix {
			return true
		}
	}
	return false
}

// usual gives a name with the prefix that its namespace usually has.
func (e *elements) usual(name []byte, scratch *[]byte) []byte {
	if len(e.prefixes) == 0 {
		return name
	}
	i := bytes.IndexByte(name, ':')
	prefix, ok := e.prefixes[string(name[:max(i, 0)])]
	if !ok {
		return name
	}
	*scratch = append(append(append((*scratch)[:0], prefix...), ':'), name[i+1:]...)
	return *scratch
}

// each calls fn for the attributes of a tag, names with their usual prefix.
// An attribute without a prefix has none.
func (e *elements) each(m markup, fn func(name, value []byte)) {
	for name, value, rest, ok := attribute(m.attrs); ok; name, value, rest, ok = attribute(rest) {
		if bytes.IndexByte(name, ':') > 0 {
			name = e.usual(name, &e.attr)
		}
		fn(name, value)
	}
}

// attrText gives the value of an attribute as text.
func attrText(value []byte) string {
	text, ok := unescape(nil, value)
	if !ok {
		return string(bytes.ToValidUTF8(value, nil))
	}
	return string(bytes.ToValidUTF8(text, nil))
}
