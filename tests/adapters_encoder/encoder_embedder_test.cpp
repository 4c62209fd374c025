#include "adapters/encoder/encoder_embedder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "adapters/encoder/embedder_list.h"
#include "adapters/encoder/model_folder.h"
#include "contract/expect_result.h"
#include "contract/temporary_folder.h"
#include "encoder/tiny_bert.h"
#include "text/tokenizer.h"

namespace cairn {
namespace {

using testing::fails_with;
using ::testing::HasSubstr;
using testing::must;
using testing::TemporaryFolder;

constexpr auto isa = encoder::Isa::scalar;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A packed model of random weights with the small vocabulary of the tokenizer's tests.
std::string tiny_model(std::string id, std::vector<std::string> languages) {
  const auto tokenizer = must(text::Tokenizer::from_json(read(CAIRN_FIXTURES "/text/small-tokenizer.json")));
  const encoder::TinyBert bert({});
  encoder::ImportOptions options = encoder::tiny_options(bert);
  options.id = std::move(id);
  options.languages = std::move(languages);
  std::string packed;
  must(encoder::import_model(as_bytes(bert.safetensors()), tokenizer.pack(), options, [&](Bytes bytes) -> Result<void> {
    packed += as_text(bytes);
    return {};
  }));
  return packed;
}

class EncoderEmbedder : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder.path() / name, std::ios::binary) << bytes;
    return folder.path() / name;
  }

  std::unique_ptr<Embedder> embedder(const std::string& id, std::vector<std::string> languages = {}) const {
    return must(open_encoder_embedder(write(id, tiny_model(id, std::move(languages))), isa));
  }

  TemporaryFolder folder;
};

TEST_F(EncoderEmbedder, GivesEachTextTheSameVectorInAnyBatch) {
  const auto model = embedder("tiny");
  const std::vector<std::string_view> texts{"the cat", "running cats", "", "cat cat cat the"};
  const std::vector<float> together = must(model->embed_passages(texts, {}));
  ASSERT_EQ(together.size(), texts.size() * model->model().dimensions);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto row = together.begin() + static_cast<std::ptrdiff_t>(i * model->model().dimensions);
    const std::vector<float> alone = must(model->embed_passages(std::span(texts).subspan(i, 1), {}));
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), row)) << texts[i];
  }
}

TEST_F(EncoderEmbedder, CutsTextsThatAreTooLong) {
  const auto model = embedder("tiny");
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "cat ";
  const std::string_view view = text;
  EXPECT_EQ(must(model->embed_passages({&view, 1}, {})).size(), model->model().dimensions);
}

TEST_F(EncoderEmbedder, StopsWhenCancelled) {
  const CancelToken cancelled;
  cancelled.cancel();
  const std::string_view text = "the cat";
  EXPECT_TRUE(fails_with(ErrorKind::cancelled, embedder("tiny")->embed_passages({&text, 1}, cancelled)));
}

TEST_F(EncoderEmbedder, NamesTheFileThatIsMissingEmptyOrForeign) {
  EXPECT_TRUE(fails_with(ErrorKind::not_found, open_encoder_embedder(folder.path() / "none.cairnmodel", isa)));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, open_encoder_embedder(write("empty", ""), isa)));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, open_encoder_embedder(folder.path(), isa)));
  const auto foreign = open_encoder_embedder(write("foreign.cairnmodel", std::string(10'000, 'x')), isa);
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("foreign.cairnmodel"));
}

TEST_F(EncoderEmbedder, RefusesATruncatedFile) {
  const std::string packed = tiny_model("tiny", {});
  for (const std::size_t kept : {std::size_t{1}, packed.size() / 2, packed.size() - 1})
    EXPECT_TRUE(fails_with(ErrorKind::corrupt, open_encoder_embedder(write("cut", packed.substr(0, kept)), isa)))
        << kept;
}

TEST_F(EncoderEmbedder, OpensEveryModelOfAFolderByName) {
  write("b.cairnmodel", tiny_model("b", {}));
  write("a.cairnmodel", tiny_model("a", {}));
  write("notes.txt", "no model");
  const auto models = must(open_model_folder(folder.path(), isa));
  ASSERT_EQ(models.embedders.size(), 2U);
  EXPECT_EQ(models.embedders[0]->model().id, "a");
  EXPECT_TRUE(models.broken.empty());
  EXPECT_TRUE(must(open_model_folder(folder.path() / "none", isa)).embedders.empty());
}

TEST_F(EncoderEmbedder, OpensTheModelsBesideBrokenOnesAndSaysWhatIsWrongWithThose) {
  const std::string packed = tiny_model("b", {});
  write("a.cairnmodel", packed.substr(0, packed.size() / 2));
  write("b.cairnmodel", packed);
  write("c.cairnmodel", "");
  const auto models = must(open_model_folder(folder.path(), isa));
  ASSERT_EQ(models.embedders.size(), 1U);
  EXPECT_EQ(models.embedders[0]->model().id, "b");
  ASSERT_EQ(models.broken.size(), 2U);
  EXPECT_EQ(models.broken[0].id, "a");
  EXPECT_EQ(models.broken[1].id, "c");
  for (const BrokenModel& model : models.broken)
    EXPECT_THAT(model.reason, ::testing::AllOf(HasSubstr(model.id + ".cairnmodel"), HasSubstr("cairn model import")));
}

TEST_F(EncoderEmbedder, AListChoosesByPrimaryLanguage) {
  std::vector<std::unique_ptr<Embedder>> models;
  models.push_back(embedder("chinese", {"zh"}));
  models.push_back(embedder("english", {"en"}));
  const auto list = must(EmbedderList::make(std::move(models), "", {}));
  EXPECT_EQ(list->for_language("zh-Hant")->model().id, "chinese");
  EXPECT_EQ(list->for_language("de")->model().id, "english");
  EXPECT_EQ(list->find("chinese")->model().id, "chinese");
  EXPECT_EQ(list->find("none"), nullptr);
}

TEST_F(EncoderEmbedder, AListRefusesTwoOfOneNameAndAnUnknownDefault) {
  std::vector<std::unique_ptr<Embedder>> twice;
  twice.push_back(embedder("same"));
  twice.push_back(embedder("same"));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, EmbedderList::make(std::move(twice), "", {})));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, EmbedderList::make({}, "none", {})));
  EXPECT_EQ(must(EmbedderList::make({}, "", {}))->for_language("en"), nullptr);
}

}  // namespace
}  // namespace cairn
