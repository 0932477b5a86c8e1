package page

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/catalog"
)

// serve shows the fixtures at /<language>-<name>.
func serve(t *testing.T) string {
	t.Helper()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if name, ok := strings.CutPrefix(req.URL.Path, "/assets/"); ok {
			r.Assets.Serve(w, req, name)
			return
		}
		lang, name, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "-")
		tag := catalog.ZH
		if lang == "en" {
			tag = catalog.EN
		}
		p, ok := fixtures(tag)[name]
		if !ok {
			http.NotFound(w, req)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := r.Render(w, p); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// browser starts a headless Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: pages are not looked at")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Skipf("chromium does not start: %v", err)
	}
	return ctx
}

// TestLook writes pictures of pages into the folder GONGKAI_LOOK, for people
// to look at. GONGKAI_LOOK_ONLY picks some by words of the name:
// "zh-dataset 360 dark,en-home". GONGKAI_LOOK_URL names addresses of a running
// server to be looked at instead, parted by spaces.
func TestLook(t *testing.T) {
	dir := os.Getenv("GONGKAI_LOOK")
	if dir == "" {
		t.Skip("set GONGKAI_LOOK to a folder to get pictures of the pages")
	}
	ctx := browser(t)
	for i, url := range strings.Fields(os.Getenv("GONGKAI_LOOK_URL")) {
		for _, width := range []int64{360, 768, 1280} {
			for _, theme := range []string{"light", "dark"} {
				if id := fmt.Sprintf("%d-%d-%s", i, width, theme); chosen(strings.Split(os.Getenv("GONGKAI_LOOK_ONLY"), ","), strings.ReplaceAll(id, "-", " ")) {
					shoot(t, ctx, url, filepath.Join(dir, "url-"+id+".png"), width, theme, 1)
				}
			}
		}
	}
	if os.Getenv("GONGKAI_LOOK_URL") != "" {
		return
	}
	base := serve(t)
	only := strings.Split(os.Getenv("GONGKAI_LOOK_ONLY"), ",")
	for _, width := range []int64{360, 768, 1280} {
		for _, theme := range []string{"light", "dark", "zoomed", "print", "forced"} {
			for _, lang := range Languages {
				for name := range fixtures(lang) {
					id := fmt.Sprintf("%s-%s %d %s", Prefix(lang), name, width, theme)
					if !chosen(only, id) {
						continue
					}
					zoom := 1.0
					if theme == "zoomed" {
						zoom = 2
					}
					shoot(t, ctx, base+"/"+Prefix(lang)+"-"+name, filepath.Join(dir, strings.ReplaceAll(id, " ", "-")+".png"), width, theme, zoom)
				}
			}
		}
	}
}

func chosen(only []string, id string) bool {
	for _, pattern := range only {
		all := true
		for _, word := range strings.Fields(pattern) {
			all = all && strings.Contains(" "+id+" ", word)
		}
		if all {
			return true
		}
	}
	return false
}

func shoot(t *testing.T, ctx context.Context, url, file string, width int64, theme string, zoom float64) {
	t.Helper()
	tab, cancel := chromedp.NewContext(ctx)
	defer cancel()
	tab, stop := context.WithTimeout(tab, 60*time.Second)
	defer stop()
	err := chromedp.Do(tab,
		chromedp.EmulateViewport(int64(float64(width)/zoom), int64(800/zoom), chromedp.EmulateScale(zoom)),
		media(theme), chromedp.Navigate(url), chromedp.WaitReady("main"), chromedp.Sleep(150*time.Millisecond))
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	capture := chromedp.FullScreenshot(100)
	if os.Getenv("GONGKAI_LOOK_FOLD") != "" {
		capture = chromedp.CaptureScreenshot()
	}
	picture, err := chromedp.Run(tab, capture)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// media shows a page as in a light or a dark room, on paper ("print") or in
// the colours that a reader forces upon all pages ("forced").
func media(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		feature, kind := map[string]string{"name": "prefers-color-scheme", "value": theme}, ""
		switch theme {
		case "print":
			kind = "print"
		case "forced":
			feature = map[string]string{"name": "forced-colors", "value": "active"}
		}
		return tab.Call(ctx, "Emulation.setEmulatedMedia", map[string]any{"media": kind, "features": []any{feature}}, &struct{}{})
	})
}
