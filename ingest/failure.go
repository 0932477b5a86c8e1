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
	allowed := map[string]string{
		"time":   l.Wall.String(),
		"cpu":    l.CPU.String(),
		"memory": fmt.Sprintf("%d MB", l.Memory>>20),
	}[which]
	return finding("job-limit-"+which, "", "", map[string]string{"limit": allowed})
}

// broken says that we failed, not the department.
func broken(why string) catalog.Finding {
	return finding("job-broken", "", "", map[string]string{"why": why})
}

func (f *failure) finding() catalog.Finding {
	if f.Kind == catalog.Full {
		return finding("store-full", "", "", nil)
	}
	return broken("the pipeline ended with an error, which is in the server's log")
}
