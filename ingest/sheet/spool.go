package sheet

import (
	"fmt"
	"os"
	"syscall"
)

// A small workbook stays in memory; a larger one goes to disk in chunks.
const (
	spoolInMemory = 8 << 20
	spoolChunk    = 1 << 20
)

// spool takes the encoded rows and shared texts of a workbook. Its file is
// unlinked as soon as it is made: nothing is left behind by a crash.
type spool struct {
	rowWriter
	dir     string // for the file; "" is the system's
	disk    bool   // nothing stays in memory, however small
	file    *os.File
	flushed int64
}

// offset is where the next byte goes.
func (s *spool) offset() int64 { return s.flushed + int64(len(s.b)) }

// settle is called between rows: it writes out what is due.
func (s *spool) settle() error {
	if len(s.b) < spoolChunk || (s.file == nil && !s.disk && len(s.b) < spoolInMemory) {
		return nil
	}
	return s.flush()
}

func (s *spool) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "gongkai-cells-*")
		if err != nil {
			return fmt.Errorf("create cell spool: %w", err)
		}
		s.file = f
		if err := os.Remove(f.Name()); err != nil {
			return fmt.Errorf("unlink cell spool: %w", err)
		}
	}
	n, err := s.file.Write(s.b)
	if err != nil {
		return fmt.Errorf("write cell spool: %w", err)
	}
	s.flushed += int64(n)
	if cap(s.b) > 4*spoolChunk {
		s.b = make([]byte, 0, spoolChunk+spoolChunk/4)
	}
	s.b = s.b[:0]
	return nil
}

// finish hands the bytes over, mapped where they are on disk.
func (s *spool) finish() (data []byte, release func() error, err error) {
	if s.file == nil && (!s.disk || len(s.b) == 0) {
		return s.b, func() error { return nil }, nil
	}
	if err := s.flush(); err != nil {
		return nil, nil, err
	}
	data, err = syscall.Mmap(int(s.file.Fd()), 0, int(s.flushed), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map cell spool: %w", err)
	}
	if err := s.file.Close(); err != nil {
		_ = syscall.Munmap(data)
		return nil, nil, fmt.Errorf("close cell spool: %w", err)
	}
	s.file, s.b = nil, nil
	return data, func() error { return syscall.Munmap(data) }, nil
}

// discard drops everything, after an error.
func (s *spool) discard() {
	if s.file != nil {
		_ = s.file.Close()
		s.file = nil
	}
	s.b = nil
}
