package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Kind says what a frame holds.
type Kind byte

// The frames, in the order in which they are sent. Every frame but Rows holds
// JSON.
const (
	Begin   Kind = 'b' // server: Limits
	Ready   Kind = 'y' // worker: the engine stands, nothing in it
	Ask     Kind = 'a' // server: Statement
	Took    Kind = 't' // worker: it has the statement; what happens from here on is the statement's doing
	Wants   Kind = 'w' // worker: []Name
	Grants  Kind = 'g' // server: []Source, one for each Name
	Head    Kind = 'h' // worker: []Column
	Rows    Kind = 'r' // worker: rows, any number of times
	End     Kind = 'e' // worker: Ending; the last frame
	Refused Kind = 'x' // worker: Refusal, in place of what would come; the last frame
)

// MaxFrame is how many bytes a frame may hold: a row with one text as large as
// an answer may be, and some more.
const MaxFrame = 32 << 20

// maxControl is how many bytes a frame of JSON may hold that a worker sends.
const maxControl = 8 << 20

const headSize = 5

// errFrame is in the chain of an error about a frame that is not as it should be.
var errFrame = errors.New("bad frame")

// Write sends one frame in one write.
func Write(w io.Writer, kind Kind, payload []byte) error {
	if len(payload) > MaxFrame {
		return fmt.Errorf("%w: %d bytes are more than %d", errFrame, len(payload), MaxFrame)
	}
	frame := make([]byte, headSize, headSize+len(payload))
	frame[0] = byte(kind)
	binary.BigEndian.PutUint32(frame[1:], uint32(len(payload)))
	_, err := w.Write(append(frame, payload...))
	return err
}

// Send writes a frame of JSON.
func Send(w io.Writer, kind Kind, message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return Write(w, kind, text)
}

// Read gives the next frame. The payload is as long as what was sent, not as
// what was announced; io.EOF is the end between two frames.
func Read(r io.Reader) (Kind, []byte, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := int64(binary.BigEndian.Uint32(head[1:]))
	if size > MaxFrame {
		return 0, nil, fmt.Errorf("%w: %d bytes are announced, %d are the most", errFrame, size, MaxFrame)
	}
	var payload bytes.Buffer
	if size <= 64<<10 {
		payload.Grow(int(size))
	}
	if n, err := io.CopyN(&payload, r, size); err != nil {
		return 0, nil, fmt.Errorf("%w: %d of %d bytes came", errFrame, n, size)
	}
	return Kind(head[0]), payload.Bytes(), nil
}

// Expect reads a frame of JSON of one kind into message. A Refusal that comes
// instead is the error.
func Expect(r io.Reader, want Kind, message any) error {
	kind, payload, err := Read(r)
	if err != nil {
		return err
	}
	return Decode(kind, payload, want, message)
}

// Decode is Expect for a frame that was read already.
func Decode(kind Kind, payload []byte, want Kind, message any) error {
	if want != Grants && len(payload) > maxControl {
		return fmt.Errorf("%w: %d bytes of JSON", errFrame, len(payload))
	}
	if kind == Refused && want != Refused {
		var no Refusal
		if err := json.Unmarshal(payload, &no); err != nil {
			return fmt.Errorf("%w: %w", errFrame, err)
		}
		return &no
	}
	if kind != want {
		return fmt.Errorf("%w: kind %q came, %q was expected", errFrame, byte(kind), byte(want))
	}
	if err := json.Unmarshal(payload, message); err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	return nil
}
