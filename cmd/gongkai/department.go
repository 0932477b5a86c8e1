package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/catalog"
)

func departmentCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "department", Short: "What departments are called, where they are and how they are reached"}
	cmd.AddCommand(departmentSetCommand(), departmentListCommand())
	return cmd
}

func departmentSetCommand() *cobra.Command {
	var d catalog.Department
	var level, parent string
	cmd := &cobra.Command{
		Use:   "set SLUG",
		Short: "Make a department, or change what is said of it",
		Long: "Make a department, or change what is said of it, also while a server serves the folder. What no flag names stays as it was.\n" +
			"The slug stands in addresses that others keep and cannot change.",
		Args: exactArgs(1),
	}
	data := dataFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&d.Title.ZH, "title", "", "what it is called, in Chinese or whatever it is called; default for a new one: its slug")
	f.StringVar(&d.Title.EN, "title-en", "", "its English name")
	f.StringVar(&d.Description.ZH, "description", "", "what it does, in Chinese")
	f.StringVar(&d.Description.EN, "description-en", "", "what it does, in English")
	f.StringVar(&level, "level", "bureau", "city, bureau, district or township")
	f.StringVar(&parent, "parent", "", "slug of the department above it; \"\" for none")
	f.StringVar(&d.DivisionCode, "division-code", "", "administrative division, six digits or more")
	f.StringVar(&d.CreditCode, "credit-code", "", "unified social credit code")
	f.StringVar(&d.Address.ZH, "address", "", "address, in Chinese")
	f.StringVar(&d.Address.EN, "address-en", "", "address, in English")
	f.StringVar(&d.Phone, "phone", "", "telephone")
	f.StringVar(&d.Email, "email", "", "e-mail address")
	f.StringVar(&d.Hours.ZH, "hours", "", "office hours, in Chinese")
	f.StringVar(&d.Hours.EN, "hours-en", "", "office hours, in English")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d.Slug, d.Level = args[0], catalog.Level(level)
		if err := catalog.CheckSlug("department", d.Slug); err != nil {
			return err
		}
		switch d.Level {
		case catalog.LevelCity, catalog.LevelBureau, catalog.LevelDistrict, catalog.LevelTownship:
		default:
			return &exitError{exitUsage, fmt.Errorf("--level is %q; give city, bureau, district or township", level)}
		}
		if f.Changed("title") && strings.TrimSpace(d.Title.ZH) == "" {
			return &exitError{exitUsage, errors.New("--title is empty; a department is called something")}
		}
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		said, err := setDepartment(cmd.Context(), fo.store, d, parent, f.Changed)
		if err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), said)
		return nil
	}
	return cmd
}

// setDepartment makes the department of wish's slug, or gives the one that is
// there those properties of wish whose flags were given. It returns what was done.
func setDepartment(ctx context.Context, store catalog.Store, wish catalog.Department, parent string, given func(flag string) bool) (string, error) {
	if parent != "" {
		above, err := store.DepartmentBySlug(ctx, parent)
		if err != nil {
			return "", err
		}
		wish.Parent = above.ID
	}
	is, err := store.DepartmentBySlug(ctx, wish.Slug)
	if catalog.KindOf(err) == catalog.NotFound {
		if wish.Title.ZH == "" {
			wish.Title.ZH = wish.Slug
		}
		return "made: " + wish.Slug, store.CreateDepartment(ctx, &wish)
	}
	if err != nil {
		return "", err
	}
	for name, take := range map[string]func(){
		"title": func() { is.Title.ZH = wish.Title.ZH }, "title-en": func() { is.Title.EN = wish.Title.EN },
		"description": func() { is.Description.ZH = wish.Description.ZH }, "description-en": func() { is.Description.EN = wish.Description.EN },
		"level": func() { is.Level = wish.Level }, "parent": func() { is.Parent = wish.Parent },
		"division-code": func() { is.DivisionCode = wish.DivisionCode }, "credit-code": func() { is.CreditCode = wish.CreditCode },
		"address": func() { is.Address.ZH = wish.Address.ZH }, "address-en": func() { is.Address.EN = wish.Address.EN },
		"phone": func() { is.Phone = wish.Phone }, "email": func() { is.Email = wish.Email },
		"hours": func() { is.Hours.ZH = wish.Hours.ZH }, "hours-en": func() { is.Hours.EN = wish.Hours.EN },
	} {
		if given(name) {
			take()
		}
	}
	return "changed: " + wish.Slug, store.UpdateDepartment(ctx, is)
}

func departmentListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "List the departments with their number of public datasets", Args: exactArgs(0)}
	data := dataFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, a department a line")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		all, err := fo.store.ListDepartments(cmd.Context())
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		for _, d := range all {
			if asJSON {
				if err := writeJSONLine(out, map[string]any{"slug": d.Slug, "title": d.Title.ZH, "title_en": d.Title.EN, "level": d.Level, "datasets": d.Datasets}); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(out, "%s\t%s\t%s\t%d\n", d.Slug, d.Title.ZH, d.Title.EN, d.Datasets)
		}
		return nil
	}
	return cmd
}
