#include "text/stop_words.h"

#include <algorithm>
#include <unordered_set>

namespace cairn::text {
namespace {

struct Language {
  std::string_view tag, words;
};

/// Function words: articles, pronouns, prepositions, conjunctions, auxiliaries, question words.
constexpr Language kLanguages[] = {
    {"en",
     "a about above after again against all also am an and any are as at be because been before being below between "
     "both "
     "but by can cannot could did do does doing done down during each either else ever every few for from further had "
     "has "
     "have having he her here hers herself him himself his how however i if in into is it its itself just let many may "
     "me "
     "might more most much must my myself neither no nor not now of off on once one only or other our ours ourselves "
     "out "
     "over own per please s same shall she should since so some such t tell than that the their theirs them themselves "
     "then "
     "there these they this those through thus to too under until up upon us very via was we were what when where "
     "whether "
     "which while who whom whose why will with within without would yet you your yours yourself yourselves"},
    {"de",
     "aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dein dem den denn der des die dies "
     "diese "
     "dieser dieses doch dort du durch ein eine einem einen einer eines er es für gegen hat hatte hier ich ihm ihn ihr "
     "ihre "
     "im in ist ja jede kann kein keine man mein mit muss nach nicht noch nur ob oder ohne sehr sein seine sich sie "
     "sind so "
     "über um und uns unter vom von vor war waren was welche wenn wer wie wir wird wo worden zu zum zur zwischen"},
    {"fr",
     "à au aux avec ce ces cette comme dans de des du elle elles en est et été être eu il ils je la le les leur leurs "
     "lui "
     "mais me même mes moi mon ne nos notre nous on ont ou où par pas plus pour qu que quel quelle quels quelles qui "
     "sa sans "
     "se ses si son sont sur ta te tes toi ton tu un une vos votre vous"},
    {"es",
     "al como con cuál cuáles cuando cuándo de del desde donde dónde el él ella ellas ellos en entre era es esa ese "
     "eso esta "
     "está estas este esto estos fue ha han hasta hay la las le les lo los más me mi muy ni no nos o para pero por "
     "porque que "
     "qué quién se ser si sí sin sobre son su sus también te tiene tu un una unas uno unos y ya yo"},
    {"it",
     "a ad al alla alle anche c che chi ci come con cosa cui da dal dalla dei del della delle di dove e è ed era gli "
     "ha hanno "
     "i il in io la le lei li lo loro lui ma mi ne nel nella noi non o per perché più quale quando quello questa "
     "questo se si "
     "sono su sua sul sulla suo tra un una uno vi voi"},
    {"pt",
     "a ao aos as até com como da das de dela dele do dos e é ela ele em entre era essa esse esta está este eu foi há "
     "isso já "
     "lhe mais mas me na não nas nem no nos o onde os ou para pela pelo por porque qual quando que quem são se sem ser "
     "seu sua "
     "também tem um uma você"},
    {"nl",
     "aan al als bij dat de der deze die dit door een en er had heeft het hij hoe hun ik in is je kan maar me met mij "
     "na naar "
     "niet nog of om onder ook op over te tot uit van veel voor want waar waren was wat we wel wie worden wordt zich "
     "zij zijn zo"},
    {"ru",
     "а без был была были было быть в вам вас во вот все всё вы где да для до его ее её если есть же за и из или им их "
     "к как "
     "какой какие когда кто ли мне мы на не него нет но о об он она они от по под при с со так также там то того "
     "только ты у "
     "уже что чтобы эта эти это этот я"},
    // Ideographs are folded to Simplified, so one list serves both scripts.
    {"zh",
     "的 了 是 在 和 与 及 或 也 都 就 而 但 对 于 从 到 被 把 给 让 向 由 以 为 因 之 其 此 这 那 哪 谁 什么 甚么 "
     "怎么 "
     "怎样 怎么样 如何 为什么 为何 多少 几 吗 呢 吧 啊 我 你 您 他 她 它 我们 你们 他们 她们 它们 这个 那个 哪个 这些 "
     "那些 "
     "哪些 什 么 一个 有 没有 不 会 能 可以 请 请问 关于 何 何时 哪里 哪儿 哪一 所 上 中 下 里 后 前 时 得 地 着 过"},
    {"ja",
     "の に は を た が で て と し れ さ ある いる も する から な こと として い や など なっ ない この ため その "
     "よう また もの "
     "という まで られ なる へ か だ これ によって により おり より による ず なり られる において なかっ です ます 何 "
     "どの どこ いつ 誰"},
};

using WordSet = std::unordered_set<std::string_view>;

WordSet split(std::string_view words) {
  WordSet set;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end > 0) set.insert(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return set;
}

const std::vector<WordSet>& sets() {
  static const std::vector<WordSet> built = [] {
    std::vector<WordSet> all;
    for (const Language& language : kLanguages) all.push_back(split(language.words));
    return all;
  }();
  return built;
}

const WordSet* set_of(std::string_view language) {
  const std::string_view primary = language.substr(0, language.find('-'));
  for (std::size_t i = 0; i < std::size(kLanguages); ++i) {
    if (kLanguages[i].tag == primary) return &sets()[i];
  }
  return nullptr;
}

}  // namespace

bool is_stop_word(std::string_view language, std::string_view folded_word) {
  const WordSet* set = set_of(language);
  return set != nullptr && set->contains(folded_word);
}

std::size_t count_stop_words(std::string_view language, const std::vector<std::string_view>& folded_words) {
  const WordSet* set = set_of(language);
  if (set == nullptr) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(folded_words, [&](std::string_view word) { return set->contains(word); }));
}

const std::vector<std::string_view>& stop_word_languages() {
  static const std::vector<std::string_view> tags = [] {
    std::vector<std::string_view> all;
    for (const Language& language : kLanguages) all.push_back(language.tag);
    return all;
  }();
  return tags;
}

}  // namespace cairn::text
