package api_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestReferenceInBrowser opens /docs in a browser and tries an operation out:
// the page's own policy must not stop it, and nothing may come from elsewhere.
func TestReferenceInBrowser(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Skip("no Chromium here")
	}
	w := newWorld(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.WindowSize(1280, 1600))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	var mu sync.Mutex
	var said []string
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithListener(func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *log.EventEntryAdded:
			said = append(said, ev.Entry.Text+" "+ev.Entry.URL)
		case *runtime.EventExceptionThrown:
			said = append(said, ev.ExceptionDetails.Text)
		}
	}))
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	const service = "#operations-Catalogue-getService"
	err := chromedp.Do(ctx,
		chromedp.Navigate(w.url+"/docs"),
		chromedp.WaitVisible(service),
		chromedp.Click(service+" .opblock-summary-control"),
		chromedp.WaitVisible(service+" .execute"),
		chromedp.Click(service+" .execute"),
		chromedp.WaitVisible(service+" .live-responses-table .response-col_status"),
	)
	if err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(said, "\n"))
	}
	operations, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll(".opblock").length`))
	w.must(err)
	answer, err := chromedp.Run(ctx, chromedp.Text(service+" .live-responses-table"))
	w.must(err)
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	w.must(err)
	if operations < 20 || !strings.Contains(answer, "200") || !strings.Contains(answer, "示例市") {
		t.Errorf("%d operations; tried out: %s", operations, answer)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, text := range said {
		t.Errorf("the browser says: %s", text)
	}
	if to := os.Getenv("GONGKAI_SHOTS"); to != "" {
		w.must(os.WriteFile(to+"/docs.png", shot, 0o600))
	}
}
