"""The checks themselves read C++ correctly."""

import unittest

from tree import NOT_CODE, function_lengths


class Reading(unittest.TestCase):
    def test_bodies_are_counted_without_blank_lines(self):
        text = "namespace a {\nint f(int x) {\n  return x;\n\n}\nclass B {\n  int g() const { return 1; }\n};\n}\n"
        self.assertEqual(function_lengths(text), [("f", 2, 2), ("g", 7, 1)])

    def test_blocks_inside_a_function_belong_to_it(self):
        text = "void f() {\n  for (;;) {\n    g([] { return 1; });\n  }\n}\n"
        self.assertEqual(function_lengths(text), [("f", 1, 4)])

    def test_a_class_with_a_base_is_no_function(self):
        text = "class A final : public B<int> {\n  void f();\n};\n"
        self.assertEqual(function_lengths(text), [])

    def test_comments_and_strings_are_not_code(self):
        cleaned = NOT_CODE.sub("", 'a("{ // not a comment"); // {\n/* { */ b(R"(} ")"); \'{\'')
        self.assertNotIn("{", cleaned)
        self.assertNotIn("}", cleaned)
        self.assertIn("b(", cleaned)


if __name__ == "__main__":
    unittest.main()
