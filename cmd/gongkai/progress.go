package main

import (
	"fmt"
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"gongkai/catalog"
)

// progressLine shows how far a job is: a bar on a terminal, a line for each
// phase elsewhere.
type progressLine struct {
	out   io.Writer
	name  string
	phase string
	quiet bool
	bars  *mpb.Progress
	bar   *mpb.Bar
}

// steps is how finely the bar is drawn.
const steps = 1000

func newProgress(out io.Writer, name string, quiet bool) *progressLine {
	p := &progressLine{out: out, name: name, quiet: quiet}
	if f, ok := out.(*os.File); ok && !quiet && term.IsTerminal(int(f.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(60))
		p.bar = p.bars.AddBar(steps,
			mpb.PrependDecorators(decor.Name(name, decor.WC{C: decor.DindentRight | decor.DextraSpace}), decor.Any(func(decor.Statistics) string { return p.phase })),
			mpb.AppendDecorators(decor.Percentage()), mpb.BarRemoveOnComplete())
	}
	return p
}

func (p *progressLine) set(now catalog.Progress) {
	if p.quiet || now.Phase == "" {
		return
	}
	if p.bar != nil {
		p.phase = now.Phase
		p.bar.SetCurrent(int64(now.Share * (steps - 1)))
		return
	}
	if now.Phase != p.phase {
		p.phase = now.Phase
		fmt.Fprintf(p.out, "%s: %s\n", p.name, now.Phase)
	}
}

func (p *progressLine) end() {
	if p.bar != nil {
		p.bar.SetCurrent(steps)
		p.bars.Wait()
	}
}
