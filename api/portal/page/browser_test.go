package page

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// measure finds, in a page, what no parser can tell: sideways scrolling of the
// whole page and targets too small for a finger. Links inside a sentence are
// as high as their line, as everywhere.
const measure = `(() => {
  const wrong = [];
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) {
    const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre, .tabs, .unseen"));
    wrong.push("the page is " + over + " px too wide: " + wide.slice(0, 3).map(e => e.tagName + "." + e.className).join(", "));
  }
  const targets = "button, input:not([type=hidden]):not(.unseen), summary, nav a, .entries a, .index a, .files a, .facet a, .choices a, .samples label";
  for (const e of document.querySelectorAll(targets)) {
    const box = e.getBoundingClientRect();
    if (box.width === 0) continue;
    const line = e.closest("li") ? e.closest("li").getBoundingClientRect().height : 0;
    if (Math.max(box.height, line) < 43.5) wrong.push("a target of " + Math.round(box.height) + " px: " + e.outerHTML.slice(0, 80));
  }
  return wrong;
})()`

const axe = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v =>
  v.id + " (" + v.impact + "): " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(" | ")))`

// TestPagesInABrowser loads every page at a phone's and a desk's width, in a
// light and a dark room, and wants axe-core to find nothing and nothing to
// stick out.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("short: pages are not loaded in a browser")
	}
	source, err := os.ReadFile("testdata/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	base := serve(t)
	ctx := browser(t)
	for i, view := range []struct {
		width int64
		theme string
	}{{360, "dark"}, {1280, "light"}} {
		lang := Languages[i]
		for name := range fixtures(lang) {
			t.Run(fmt.Sprintf("%s-%s-%d-%s", Prefix(lang), name, view.width, view.theme), func(t *testing.T) {
				tab, cancel := chromedp.NewContext(ctx)
				defer cancel()
				tab, stop := context.WithTimeout(tab, 60*time.Second)
				defer stop()
				err := chromedp.Do(tab, chromedp.EmulateViewport(view.width, 800), media(view.theme),
					chromedp.Navigate(base+"/"+Prefix(lang)+"-"+name), chromedp.WaitReady("main"))
				if err != nil {
					t.Fatal(err)
				}
				wrong, err := chromedp.Run(tab, chromedp.Evaluate[[]string](measure))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := chromedp.Run(tab, chromedp.Evaluate[any](string(source)+";true")); err != nil {
					t.Fatal(err)
				}
				found, err := chromedp.Run(tab, chromedp.Evaluate[[]string](axe, chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range slices.Concat(wrong, found) {
					if name == "design" && strings.HasPrefix(w, "landmark-unique") {
						continue // it shows two pagers, which no other page does
					}
					t.Error(w)
				}
			})
		}
	}
}

// copied selects the first two rows of the table and gives what a copy of them
// would put on the clipboard.
const copied = `(() => {
  const body = document.querySelector(".grid tbody");
  const range = document.createRange();
  range.setStartBefore(body.rows[0]);
  range.setEndAfter(body.rows[1]);
  const selection = document.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  const event = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true, cancelable: true});
  document.body.dispatchEvent(event);
  return event.clipboardData.getData("text/plain");
})()`

func TestScript(t *testing.T) {
	if testing.Short() {
		t.Skip("short: no browser")
	}
	base := serve(t)
	tab, cancel := chromedp.NewContext(browser(t))
	defer cancel()
	tab, stop := context.WithTimeout(tab, 60*time.Second)
	defer stop()
	if err := chromedp.Do(tab, chromedp.EmulateViewport(800, 600), chromedp.Navigate(base+"/en-design"), chromedp.WaitReady(".copy")); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(tab, chromedp.Evaluate[string](copied))
	if err != nil {
		t.Fatal(err)
	}
	if want := "4\t城南水厂\t2024-06-30\t35.25\t1204\n5\t北湖公园\t2024-06-30\t12.5\t"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	if err := chromedp.Do(tab, chromedp.EmulateViewport(360, 600), chromedp.WaitReady(".scroll-frame.goes-on")); err != nil {
		t.Errorf("a table that goes on to the right has no shadow: %v", err)
	}
}

// TestWithoutScript wants all of a page to be reachable where no script runs.
func TestWithoutScript(t *testing.T) {
	if testing.Short() {
		t.Skip("short: no browser")
	}
	base := serve(t)
	tab, cancel := chromedp.NewContext(browser(t))
	defer cancel()
	tab, stop := context.WithTimeout(tab, 60*time.Second)
	defer stop()
	off := chromedp.Func(func(ctx context.Context, page *chromedp.Target) error {
		return page.Call(ctx, "Emulation.setScriptExecutionDisabled", map[string]bool{"value": true}, &struct{}{})
	})
	if err := chromedp.Do(tab, chromedp.EmulateViewport(1280, 800), off, chromedp.Navigate(base+"/en-search"), chromedp.WaitVisible(".facet a")); err != nil {
		t.Errorf("facets cannot be seen without script: %v", err)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(base+"/en-dataset"), chromedp.WaitVisible(".sample-curl"), chromedp.Click("label[for=sample-r]"), chromedp.WaitVisible(".sample-r")); err != nil {
		t.Errorf("the samples of a language cannot be chosen without script: %v", err)
	}
}
