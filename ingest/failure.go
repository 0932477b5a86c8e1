package ingest

import (
	"fmt"

	"gongkai/catalog"
)

// limitFinding says which limit a job ran into: time, cpu or memory.
func limitFinding(which string, l Limits) catalog.Finding {
	f := catalog.NewFinding("job-limit-"+which, "", nil)
	switch which {
	case "time":
		f.Expected = l.Wall.String()
	case "cpu":
		f.Expected = l.CPU.String()
	case "memory":
		f.Expected = fmt.Sprintf("%d MB", l.Memory>>20)
	}
	return f
}

// broken says that we failed, not the department.
func broken(why string) catalog.Finding {
	f := catalog.NewFinding("job-broken", "", nil)
	f.Actual = why
	return f
}

func (f *failure) finding(l Limits) catalog.Finding {
	switch f.Kind {
	case catalog.Full:
		return catalog.NewFinding("store-full", "", nil)
	case catalog.TooLarge: // the engine ran into its share of the memory
		return limitFinding("memory", l)
	}
	return broken("the pipeline ended with an error, which is in the server's log")
}
