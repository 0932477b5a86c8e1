package ingest

import (
	"fmt"
	"os/exec"
	"syscall"

	"gongkai/catalog"
)

func signalled(exit *exec.ExitError, name string) bool {
	ws, ok := exit.Sys().(syscall.WaitStatus)
	return ok && ws.Signaled() && ws.Signal().String() == name
}

// limitFinding says which limit a job ran into: time, cpu or memory.
func limitFinding(which string, l Limits) catalog.Finding {
	f := catalog.NewFinding("job-limit", "", nil)
	switch which {
	case "time":
		f.Actual, f.Expected = "time", l.Wall.String()
	case "cpu":
		f.Actual, f.Expected = "processor time", l.CPU.String()
	default:
		f.Actual, f.Expected = "memory", fmt.Sprintf("%d MB", l.Memory>>20)
	}
	return f
}

// broken says that we failed, not the department.
func broken(why string) catalog.Finding {
	f := catalog.NewFinding("job-broken", "", nil)
	f.Actual = why
	return f
}

func (f *failure) finding() catalog.Finding {
	if f.Kind == catalog.Full {
		return catalog.NewFinding("store-full", "", nil)
	}
	return broken("the pipeline ended with an error, which is in the server's log")
}
