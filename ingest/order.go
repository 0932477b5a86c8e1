package ingest

import (
	"time"

	"gongkai/catalog"
	"gongkai/ingest/annotate"
)

// Order tells a child process what to read. It goes to the child as one line
// of JSON on its standard input, which then stays open: when it closes, the
// server is gone and the child ends.
type Order struct {
	Data     string          // data folder: the version file is built there
	Blob     string          // path of the uploaded bytes
	Filename string          // as the department called it
	Encoding string          // of text files; "" finds it out
	Recipe   *catalog.Recipe // how earlier workbooks of the series were read, or nil
	Series   Series          // what the workbook is compared with
	Limits   Limits
}

// AnnotateOrder tells a child process which file to annotate, as Order does.
type AnnotateOrder struct {
	Blob     string // path of the uploaded bytes
	Filename string // as the department called it
	Encoding string // of text files; "" finds it out
	Findings []catalog.Finding
	Lang     catalog.Lang
	Out      string // path of the workbook to write
	Limits   Limits
}

// Limits bound one job. The child sets them on itself before it reads a byte.
type Limits struct {
	Memory   int64         // bytes of private memory (RLIMIT_DATA). Default 1 GB.
	CPU      time.Duration // processor time. Default 10 minutes.
	Wall     time.Duration // from start to result. Default 15 minutes.
	Inflated int64         // bytes that a zip may inflate to. Default 2 GB.
	Nice     int           // how far the process stands back where the processor is busy, as nice(1) has it. Default 0, not at all.
}

func (l Limits) withDefaults() Limits {
	if l.Memory == 0 {
		l.Memory = 1 << 30
	}
	if l.CPU == 0 {
		l.CPU = 10 * time.Minute
	}
	if l.Wall == 0 {
		l.Wall = 15 * time.Minute
	}
	if l.Inflated == 0 {
		l.Inflated = 2 << 30
	}
	return l
}

// message is a line of JSON that a child writes: its progress, and at the end
// either what it built or why it could not.
type message struct {
	Progress *catalog.Progress   `json:"progress,omitempty"`
	Built    *catalog.NewVersion `json:"built,omitempty"`
	Marked   *annotate.Result    `json:"marked,omitempty"`  // of the workbook that it annotated
	Refused  *catalog.Finding    `json:"refused,omitempty"` // the file cannot be read; the department can do something
	Failed   *failure            `json:"failed,omitempty"`  // we could not; the operator can do something
}

// failure carries an error of ours from the child to the server.
type failure struct {
	Kind    catalog.Kind `json:"kind"`
	Message string       `json:"message"`
}
